type Work = () => Promise<void>;

/** Runs the work of one conversation in order, of different ones side by side, a few at once and in turns. */
export type Conversations = {
  add(name: string, work: Work): void;
  waiting(): number;
  /** Resolves when nothing is in work and nothing waits. */
  idle(): Promise<void>;
};

/** `changed` is told how many wait, each time that this goes up or down. `work` does not throw. */
export function takeTurns(atOnce: number, changed: (waiting: number) => void = () => {}): Conversations {
  const queues = new Map<string, Work[]>();
  const ready: string[] = [];
  let running = 0;
  let waiting = 0;
  let idlers: (() => void)[] = [];

  const count = (by: number) => {
    waiting += by;
    changed(waiting);
  };
  const next = async (name: string) => {
    const queue = queues.get(name) ?? [];
    running++;
    count(-1);
    await queue.shift()?.();
    running--;
    // At the end of the line: one who writes much does not keep the others waiting.
    if (queue.length > 0) ready.push(name);
    else queues.delete(name);
    start();
  };
  const start = () => {
    while (running < atOnce && ready.length > 0) void next(ready.shift() ?? '');
    if (running > 0 || ready.length > 0) return;
    for (const wake of idlers) wake();
    idlers = [];
  };
  return {
    add: (name, work) => {
      const queue = queues.get(name);
      if (queue) queue.push(work);
      else {
        queues.set(name, [work]);
        ready.push(name);
      }
      count(1);
      start();
    },
    waiting: () => waiting,
    idle: () => (queues.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
