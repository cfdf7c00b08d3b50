/** The processor time of this process for something, in milliseconds: the least of up to three tries that are dearer than `bound`. */
export async function costOf(run: () => unknown, bound = 0): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least > bound; tries++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** How much longer this machine takes at the moment than one with nothing else to do: processor time grows with what others do to its caches. */
export async function slowness(): Promise<number> {
  let sum = 0;
  const cost = await costOf(() => {
    for (let n = 0; n < 40; n++) sum += 'a, b and c '.repeat(20_000).split(/[,;]| and /).length;
  });
  return sum > 0 ? Math.min(4, Math.max(1, cost / 300)) : 1;
}

/** What patterns have stumbled over, repeated: each ends where it does not fit any more. */
export const repeated = [
  ...[' ', ',', '[', '.', '1', '-', '"', '|', '\n', '#', '*', '_', '@', '(', ')', '<', '/', '\t'],
  ...['and ', 'http://', '](', '\u0301\u0316', 'a: ', ' yes'],
];

/** A text of that length between two letters, so that nothing trims it. */
export const runOf = (unit: string, length: number): string =>
  `a${unit.repeat(Math.floor(length / unit.length))}b`;

/** Texts in which all of them have a run of that length, eight to each text; line ends come last. */
export function longTexts(length: number): string[] {
  const sorted = [...repeated.filter((unit) => unit !== '\n'), '\n'];
  const parts = (at: number) => sorted.filter((_, n) => n % 3 === at).map((unit) => runOf(unit, length));
  return [0, 1, 2].map((at) => parts(at).join('c'));
}
