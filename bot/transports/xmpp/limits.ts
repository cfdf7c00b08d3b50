/** What becomes of a message: answered, answered with the one line that says to wait, or dropped. */
export type Verdict = 'answer' | 'warn' | 'silence';

const minute = 60_000;
const tooMany = 10_000;

/** Counts by name in minutes: so many are answered, the next one is warned, the rest of the minute is silence. */
export function perMinute(most: number, now = () => performance.now()): (name: string) => Verdict {
  const windows = new Map<string, { count: number; until: number }>();
  return (name) => {
    const at = now();
    if (windows.size > tooMany) forget(windows, at);
    let window = windows.get(name);
    if (!window || window.until <= at) {
      window = { count: 0, until: at + minute };
      windows.set(name, window);
    }
    window.count++;
    if (window.count <= most) return 'answer';
    return window.count === most + 1 ? 'warn' : 'silence';
  };
}

function forget(windows: Map<string, { until: number }>, at: number): void {
  for (const [name, { until }] of windows) if (until <= at) windows.delete(name);
  // A flood of names within one minute: they begin anew rather than fill the memory.
  if (windows.size > tooMany) windows.clear();
}
