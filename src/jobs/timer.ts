import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

/** Does the work now and then again after each pause, never twice at a time. `stop` waits for one that is at work. */
export function every(pause: number, work: () => Promise<unknown>, log: Log): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async () => {
    await work().catch((error) => log.warn({ err: error }, 'regular work failed'));
    if (!stopped) timer = setTimeout(again, pause);
  };
  let current = turn();
  const again = () => {
    current = turn();
  };
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}

/** Does the work again every second until it is done, for a minute: what must be written down, although the database is away. */
export async function insist(work: () => Promise<unknown>, signal: AbortSignal, tries = 60): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (tries <= 1 || signal.aborted) throw error;
    await sleep(1000, undefined, { signal });
    await insist(work, signal, tries - 1);
  }
}
