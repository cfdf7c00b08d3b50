import type { Outcome } from './chaos.ts';

/** What a run has shown, for people. */
export function report({ faults, kills, counts, jobs, mails }: Outcome): void {
  const kinds = [...new Set(kills.map(({ target }) => target))];
  console.table(
    kinds.map((target) => {
      const took = kills
        .filter((one) => one.target === target)
        .map(({ from, to }) => to - from)
        .sort((a, b) => a - b);
      return {
        killed: target,
        times: took.length,
        'all there again, median ms': took[took.length >> 1],
        'at most': took.at(-1),
      };
    }),
  );
  for (const [what, times] of Object.entries(counts).sort())
    console.log(`${String(times).padStart(7)} ${what}`);
  console.log(
    `jobs: none left ${jobs.done} ms after the last request, none waited longer than ${jobs.waited.waits} ms (${jobs.waited.task})`,
  );
  console.log(`mails: ${mails.sent}, of them copies ${mails.copies}, of one mail at most ${mails.most}`);
  for (const { rule, what } of faults) console.log(`BROKEN: ${rule}: ${what}`);
  console.log(
    faults.length === 0
      ? 'Nothing acknowledged is lost, nothing is half-written.'
      : `${faults.length} faults`,
  );
}
