import type { EventEmitter } from 'node:events';

/** How long a runner that has begun to end may take, with nothing and with something in hand. Milliseconds. */
const [patience, longest] = [10_000, 30_000];

type Patient = {
  /** Settles with the runner's end, or when it is not waited for any more; gives whether it has ended. */
  over: Promise<boolean>;
  giveUp(why: string): void;
};

/**
 * graphile-worker's batcher (0.17.3) may wait for ever: when every hand of a lane cannot write down what it has done, its count of what is
 * pending falls below zero, and the end of the runner, which waits for zero, never comes. Such a runner is given up. One that still has
 * something in hand is given more time: what it has sent is marked as sent when the database is back, and no copy goes out.
 */
export function waitFor(
  ended: Promise<void>,
  events: EventEmitter,
  isBusy: () => boolean,
  log: (why: string) => void,
): Patient {
  let giveUp: (why: string) => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  const givenUp = new Promise<false>((resolve) => {
    giveUp = (why) => {
      if (!settled) log(why);
      resolve(false);
    };
  });
  const endsSince = () => {
    if (settled) return;
    const began = performance.now();
    timer ??= setInterval(() => {
      if (performance.now() - began > (isBusy() ? longest : patience))
        giveUp('a runner of jobs does not end: it is given up, and another takes its place');
    }, 500).unref();
  };
  events.once('pool:fatalError', endsSince).once('pool:gracefulShutdown', endsSince);
  const over = Promise.race([ended.then(() => true), givenUp]).finally(() => {
    settled = true;
    clearInterval(timer);
  });
  return { over, giveUp };
}
