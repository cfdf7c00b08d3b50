import type pg from 'pg';
import type { Base } from '../../context.ts';
import { outageOf } from '../../db/outage.ts';
import type { Result } from '../../shared/result.ts';
import { settleBatch } from './batch.ts';
import type { Ask } from './input.ts';
import type { Outcome } from './outcome.ts';

/**
 * Requests that wait for the same event in this process are settled together, in one transaction; a lone request is a
 * batch of one. One event has at most one batch at work in a process: while it is, the next requests gather.
 */
export function settling(base: Base, slug: string, ask: Ask): Promise<Result<Outcome>> {
  const pool = base.db.$client;
  const queues = queuesOf(pool);
  let queue = queues.get(slug);
  if (!queue) {
    queue = { waiting: [], atWork: false };
    queues.set(slug, queue);
  }
  const mine = queue;
  return new Promise((resolve, reject) => {
    mine.waiting.push({ ask, resolve, reject });
    if (!mine.atWork) void work(base, slug, mine, () => queues.delete(slug));
  });
}

type Entry = { ask: Ask; resolve: (result: Result<Outcome>) => void; reject: (error: unknown) => void };
type Queue = { waiting: Entry[]; atWork: boolean };

/** Large enough that the lock's cost is shared, small enough that the last of a batch does not wait long. */
const most = 200;

const byPool = new WeakMap<pg.Pool, Map<string, Queue>>();

function queuesOf(pool: pg.Pool): Map<string, Queue> {
  let queues = byPool.get(pool);
  if (!queues) {
    queues = new Map();
    byPool.set(pool, queues);
  }
  return queues;
}

async function work(base: Base, slug: string, queue: Queue, done: () => void) {
  queue.atWork = true;
  while (queue.waiting.length > 0) {
    const entries = queue.waiting.splice(0, most);
    await settleAll(base, slug, entries);
  }
  // In the same breath as the last look at the queue: nobody can join a queue that is being dropped.
  queue.atWork = false;
  done();
}

async function settleAll(base: Base, slug: string, entries: Entry[]) {
  try {
    const results = await settleBatch(
      base,
      slug,
      entries.map((entry) => entry.ask),
    );
    entries.forEach((entry, index) => {
      entry.resolve(results[index]!);
    });
  } catch (error) {
    // Where the database is what failed, each alone would only wait as long.
    if (entries.length === 1 || outageOf(error)) for (const entry of entries) entry.reject(error);
    // One that cannot be written must not fail the others: each then gets a transaction of its own.
    else for (const entry of entries) await settleAll(base, slug, [entry]);
  }
}
