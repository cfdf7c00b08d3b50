import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { type Limits, poolOf, usual } from './connection.ts';
import * as schema from './schema.ts';

export type Db = NodePgDatabase<typeof schema> & {
  $client: pg.Pool;
  /** Connections that send statements without waiting for each answer: for settling, where round trips under the lock count. */
  $pipelined: pg.Pool;
};

/** A transaction, or the database itself: what a query needs. */
export type Run = Pick<NodePgDatabase<typeof schema>, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

/** The connections of one process. One that breaks, idle or in use, is no crash: the pool makes a new one. */
export function connect(url: string, onError: (error: Error) => void, max = 10, limits: Limits = usual): Db {
  const pool = poolOf(url, 'turnout', { max, limits }, onError);
  const pipelined = poolOf(url, 'turnout', { max: Math.min(max, 6), limits, pipeline: true }, onError);
  const end = pool.end.bind(pool);
  pool.end = (async () => {
    await Promise.all([end(), pipelined.end()]);
  }) as typeof pool.end;
  const db = drizzle(pool, { schema, casing: 'snake_case' });
  const transaction: typeof db.transaction = (work) => inTransaction(pool, work as never);
  return Object.assign(db, { $pipelined: pipelined, transaction }) as Db;
}

/** One for each connection: it keeps what it knows of the tables. */
const runs = new WeakMap<pg.PoolClient, Run>();

/**
 * Drizzle's own keeps a connection for good when `begin` fails on it, and gives one back that cannot roll back any more. Here it goes out of
 * use, and what is thrown is what went wrong first.
 */
async function inTransaction<T>(pool: pg.Pool, work: (tx: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(runOn(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function runOn(client: pg.PoolClient): Run {
  const run = runs.get(client) ?? (drizzle(client, { schema, casing: 'snake_case' }) as unknown as Run);
  runs.set(client, run);
  return run;
}
