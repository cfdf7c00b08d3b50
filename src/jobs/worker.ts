import { setTimeout as sleep } from 'node:timers/promises';
import type { Base } from '../context.ts';
import { tellSoon } from '../services/notices/soon.ts';
import type { Deliver } from '../shared/chat.ts';
import { keepRunning } from './keeper.ts';
import { laneNames, lanes } from './lanes.ts';
import { openLifeline } from './lifeline.ts';
import type { Mailer } from './mail/mailer.ts';
import { seeToProofs } from './proofs.ts';
import { makeReaper } from './reaper.ts';
import { startRunner } from './runner.ts';
import { watchQueue } from './stalled.ts';
import type { Tools } from './tasks.ts';
import { every } from './timer.ts';
import { upkeep } from './upkeep.ts';

type Options = {
  databaseUrl: string;
  /** `bot` sends what goes over the chat networks, whose connections it has; `worker` does everything else. */
  roles: ('worker' | 'bot')[];
  mailer: Mailer;
  deliver: Deliver;
  /** Milliseconds after which the queue is looked at although nothing was notified. */
  pollInterval?: number;
};

/** What is in hand has this long when the process is asked to stop; then it is left to others. Milliseconds. */
const grace = 5500;

/** Runs the jobs of the roles until `stop`. Jobs of workers that died are taken over within seconds. */
export async function startWorker(base: Base, options: Options): Promise<{ stop(): Promise<void> }> {
  const abort = new AbortController();
  const tools: Tools = { base, mailer: options.mailer, deliver: options.deliver, signal: abort.signal };
  const lifeline = openLifeline(options.databaseUrl, base.log);
  const mine = laneNames.filter((name) => options.roles.includes(lanes[name].role));
  const running = await Promise.all(
    mine.map((name) =>
      keepRunning(lifeline, () => startRunner(tools, { pollInterval: 2000, ...options, ...lanes[name] })),
    ),
  );
  const watch = watchQueue(base, (name) => running[mine.indexOf(name)]?.replaceIdle());
  const reaper = makeReaper(base);
  const timers = [
    watch,
    every(3000, reaper.look, base.log),
    every(3_600_000, () => upkeep(base, options.mailer), base.log),
  ];
  if (options.roles.includes('worker'))
    for (const work of [tellSoon, seeToProofs]) timers.push(every(20_000, () => work(base), base.log));
  return {
    async stop() {
      const finished = Promise.all([...timers, ...running].map((one) => one.stop()));
      if (!(await within(grace, finished))) {
        // In this order: a copy that is half sent is dropped by us at the moment in which another may begin.
        const runners = running.map((one) => one.id());
        await within(500, release(base, runners));
        abort.abort();
        await within(500, finished);
      }
      options.mailer.close();
      await within(500, lifeline.stop());
    },
  };
}

/** Gives the jobs back as if they had not been begun. */
const release = ({ db }: Base, runners: string[]) =>
  db.$client.query(
    `update graphile_worker._private_jobs set locked_by = null, locked_at = null, attempts = greatest(0, attempts - 1)
      where locked_by = any($1::text[])`,
    [runners],
  );

/** Whether the work was done in time. */
const within = (milliseconds: number, work: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    work.then(
      () => true,
      () => false,
    ),
    sleep(milliseconds, false, { ref: false }),
  ]);
