import { EventEmitter } from 'node:events';
import { type JobHelpers, Logger, run, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import type { Log } from '../log.ts';
import type { Job } from './enqueue.ts';
import { MailFailure } from './mail/failure.ts';
import { readable } from './readable.ts';
import { handlers, type Tools } from './tasks.ts';

/** A refusal for good is tried this often, over a minute and a half; what may pass is tried for three days. */
export const attemptsWhenRefused = 5;

/** The part of graphile-worker that runs jobs of some kinds. */
export type Runner = {
  /** Its name in the queue: what locks its jobs. */
  id: string;
  /** Settles when it has ended, whoever ended it. */
  ended: Promise<void>;
  /** Takes nothing more, and ends when what is in hand is done. */
  stop(): Promise<void>;
};

type Options = { pool: pg.Pool; kinds: readonly Job[]; concurrency: number; pollInterval: number };

export async function startRunner(tools: Tools, options: Options): Promise<Runner> {
  const events = new EventEmitter();
  const created = new Promise<string>((resolve) =>
    events.once('pool:create', ({ workerPool }) => resolve(workerPool.id)),
  );
  const runner = await run({
    pgPool: options.pool,
    events,
    concurrency: options.concurrency,
    pollInterval: options.pollInterval,
    noHandleSignals: true,
    logger: queueLogger(tools.base.log),
    taskList: taskList(tools, options),
    // A job that cannot be marked because the database is away ends the runner in good order, and another is started;
    // unbatched, it would end the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const ended = runner.promise.then(
    () => {},
    (error) => tools.base.log.warn({ err: error }, 'a runner of jobs has ended'),
  );
  return { id: await created, ended, stop: () => runner.stop().catch(() => {}) };
}

const taskList = (tools: Tools, { pool, kinds }: Options): TaskList =>
  Object.fromEntries(kinds.map((kind) => [kind, task(tools, pool, kind)]));

/** What is thrown is kept beside the job and shown to organisers: it names nobody. */
const task =
  <J extends Job>(tools: Tools, pool: pg.Pool, kind: J): TaskList[string] =>
  async (payload, { job }: JobHelpers) => {
    try {
      await handlers[kind](tools, payload as never, String(job.id));
    } catch (error) {
      if (error instanceof MailFailure && error.permanent && job.attempts >= attemptsWhenRefused)
        await giveUp(pool, job.id);
      throw nameless(error);
    }
  };

/** The error with a message that names nobody; where it was thrown is kept. */
function nameless(error: unknown): Error {
  const why = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const shown = new Error(readable(why instanceof Error ? why.message : String(why)));
  const places = error instanceof Error ? (error.stack?.match(/^\s+at .*$/gm) ?? []) : [];
  shown.stack = [shown.message, ...places].join('\n');
  return shown;
}

/** Makes this attempt the last one: the job is kept as a dead letter. */
const giveUp = (pool: pg.Pool, id: string) =>
  pool.query('update graphile_worker._private_jobs set max_attempts = attempts where id = $1', [id]);

/** Messages alone: what else graphile-worker hands to its logger holds whole jobs. */
const queueLogger = (log: Log) =>
  new Logger((scope) => (level, message) => {
    const to = { error: 'warn', warning: 'warn', info: 'debug', debug: 'trace' } as const;
    log[to[level]]({ job: scope.jobId, kind: scope.taskIdentifier }, message);
  });
