import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifeline } from './lifeline.ts';
import type { Runner } from './runner.ts';

/** The runner of a lane, whichever it is just now. */
export type Keeper = {
  id(): string;
  /** Another takes the place of a runner that has nothing in hand although jobs wait. */
  replaceIdle(): void;
  stop(): Promise<void>;
};

/** A runner ends when it cannot mark a job as done, as when the database restarts: another one takes its place, with a sign of life of its own. */
export async function keepRunning(lifeline: Lifeline, start: () => Promise<Runner>): Promise<Keeper> {
  let stopping = false;
  let current = await start();
  const watch = async () => {
    for (;;) {
      await lifeline.hold(current.id);
      await current.ended;
      // From here on its jobs are free for others: see reaper.ts.
      await lifeline.drop(current.id);
      if (stopping) return;
      await sleep(1000);
      current = await start().catch(() => current);
      if (stopping) await current.stop();
    }
  };
  void watch();
  return {
    id: () => current.id,
    replaceIdle: () => {
      if (!current.isBusy())
        current.giveUp('a runner takes no job although jobs wait: another takes its place');
    },
    stop: () => {
      stopping = true;
      return current.stop();
    },
  };
}
