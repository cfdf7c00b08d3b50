import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Base } from '../context.ts';
import { tellSoon } from '../services/notices/soon.ts';
import type { Deliver } from '../shared/chat.ts';
import { type Lifeline, openLifeline } from './lifeline.ts';
import type { Mailer } from './mail/mailer.ts';
import { makeReaper } from './reaper.ts';
import { type Runner, startRunner } from './runner.ts';
import { lanes, type Tools } from './tasks.ts';
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
  const pool = connect(base, options.databaseUrl);
  const lifeline = openLifeline(options.databaseUrl, base.log);
  const mine = Object.values(lanes).filter(({ role }) => options.roles.includes(role));
  const running = await Promise.all(
    mine.map((lane) =>
      keepRunning(lifeline, () => startRunner(tools, { pollInterval: 2000, ...options, pool, ...lane })),
    ),
  );
  const reaper = makeReaper(base);
  const timers = [every(3000, reaper.look, base.log), every(3_600_000, () => upkeep(base), base.log)];
  if (options.roles.includes('worker')) timers.push(every(20_000, () => tellSoon(base), base.log));
  return {
    async stop() {
      const finished = Promise.all([...timers, ...running].map((one) => one.stop()));
      if (!(await within(grace, finished))) {
        // In this order: a copy that is half sent is dropped by us at the moment in which another may begin.
        const runners = running.map((one) => one.id());
        await within(500, release(pool, runners));
        abort.abort();
        await within(500, finished);
      }
      options.mailer.close();
      await within(500, Promise.all([lifeline.stop(), pool.end()]));
    },
  };
}

function connect(base: Base, url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 10, application_name: 'turnout jobs' });
  const lost = (error: Error) => base.log.warn({ err: error }, 'a connection of the queue was lost');
  pool.on('error', lost).on('connect', (client) => client.on('error', lost));
  return pool;
}

/** A runner ends when it cannot mark a job as done, as when the database restarts: another one takes its place. */
async function keepRunning(lifeline: Lifeline, start: () => Promise<Runner>) {
  let stopping = false;
  let current = await start();
  const watch = async () => {
    for (;;) {
      await lifeline.hold(current.id);
      await current.ended;
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
    stop: () => {
      stopping = true;
      return current.stop();
    },
  };
}

/** Gives the jobs back as if they had not been begun. */
const release = (pool: pg.Pool, runners: string[]) =>
  pool.query(
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
