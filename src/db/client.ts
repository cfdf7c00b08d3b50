import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { BindingClient } from './binding.ts';
import * as schema from './schema.ts';

export type Db = NodePgDatabase<typeof schema> & {
  $client: pg.Pool;
  /** Connections that send statements without waiting for each answer: for settling, where round trips under the lock count. */
  $pipelined: pg.Pool;
};

/** A transaction, or the database itself: what a query needs. */
export type Run = Pick<NodePgDatabase<typeof schema>, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

/** The connections of one process. An idle connection that breaks is no crash: the pool makes a new one. */
export function connect(url: string, onError: (error: Error) => void, max = 10): Db {
  const options = { connectionString: url, application_name: 'turnout', Client: BindingClient };
  const pool = new pg.Pool({ ...options, max });
  const pipelined = new pg.Pool({ ...options, max: Math.min(max, 6), pipeline: true });
  for (const one of [pool, pipelined]) one.on('error', onError);
  const end = pool.end.bind(pool);
  pool.end = (async () => {
    await Promise.all([end(), pipelined.end()]);
  }) as typeof pool.end;
  return Object.assign(drizzle(pool, { schema, casing: 'snake_case' }), { $pipelined: pipelined }) as Db;
}
