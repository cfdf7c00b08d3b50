import { EventEmitter } from 'node:events';
import { type JobHelpers, Logger, run, type TaskList } from 'graphile-worker';
import type { Base } from '../context.ts';
import type { Log } from '../log.ts';
import { openConnections } from './connections.ts';
import type { Job } from './enqueue.ts';
import { attemptsWhenRefused } from './lanes.ts';
import { MailFailure } from './mail/failure.ts';
import { waitFor } from './patience.ts';
import { readable } from './readable.ts';
import { handlers, type Tools } from './tasks.ts';

/** The part of graphile-worker that runs jobs of some kinds, on connections of its own. */
export type Runner = {
  /** Its name in the queue: what locks its jobs. */
  id: string;
  /** Settles when it has ended, whoever ended it, or was given up. From then on it reaches no database. */
  ended: Promise<void>;
  /** Whether a job is in its hands. */
  isBusy(): boolean;
  /** Does not wait for its end. What it still has in hand is dropped. */
  giveUp(why: string): void;
  /** Takes nothing more, and ends when what is in hand is done. */
  stop(): Promise<void>;
};

type Options = { databaseUrl: string; kinds: readonly Job[]; concurrency: number; pollInterval: number };

export async function startRunner(given: Tools, options: Options): Promise<Runner> {
  const { log } = given.base;
  const dropped = new AbortController();
  const tools = { ...given, signal: AbortSignal.any([given.signal, dropped.signal]) };
  const { pool, cut } = openConnections(options.databaseUrl, options.concurrency + 2, log);
  const hands = new Set<string>();
  const events = new EventEmitter();
  const created = new Promise<string>((resolve) =>
    events.once('pool:create', ({ workerPool }) => resolve(workerPool.id)),
  );
  const runner = await run({
    pgPool: pool,
    events,
    concurrency: options.concurrency,
    pollInterval: options.pollInterval,
    noHandleSignals: true,
    logger: queueLogger(log),
    taskList: taskList(tools, options.kinds, hands),
    // A job that cannot be marked because the database is away ends the runner in good order, and another is started;
    // unbatched, it would end the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  }).catch((error) => {
    cut();
    throw error;
  });
  const ended = runner.promise.then(
    () => {},
    (error) => log.warn({ err: error }, 'a runner of jobs has ended'),
  );
  const isBusy = () => hands.size > 0;
  const patient = waitFor(ended, events, isBusy, (why) => log.error({ kinds: options.kinds }, why));
  const over = patient.over.then((inOrder) => {
    if (inOrder) return void pool.end().catch(() => {});
    dropped.abort();
    cut();
    // It looks for no more jobs.
    runner.stop().catch(() => {});
  });
  return {
    id: await created,
    ended: over,
    isBusy,
    giveUp: patient.giveUp,
    stop: () => Promise.race([runner.stop().catch(() => {}), over]),
  };
}

const taskList = (tools: Tools, kinds: readonly Job[], hands: Set<string>): TaskList =>
  Object.fromEntries(kinds.map((kind) => [kind, task(tools, kind, hands)]));

/** What is thrown is kept beside the job and shown to organisers: it names nobody. `hands`: what is being done. */
const task =
  <J extends Job>(tools: Tools, kind: J, hands: Set<string>): TaskList[string] =>
  async (payload, { job }: JobHelpers) => {
    hands.add(job.id);
    try {
      await handlers[kind](tools, payload as never, String(job.id));
    } catch (error) {
      if (error instanceof MailFailure && error.permanent && job.attempts >= attemptsWhenRefused)
        await makeLast(tools.base, job.id);
      throw nameless(error);
    } finally {
      hands.delete(job.id);
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
const makeLast = ({ db }: Base, id: string) =>
  db.$client.query('update graphile_worker._private_jobs set max_attempts = attempts where id = $1', [id]);

/** Messages alone: what else graphile-worker hands to its logger holds whole jobs. */
const queueLogger = (log: Log) =>
  new Logger((scope) => (level, message) => {
    const to = { error: 'warn', warning: 'warn', info: 'debug', debug: 'trace' } as const;
    log[to[level]]({ job: scope.jobId, kind: scope.taskIdentifier }, message);
  });
