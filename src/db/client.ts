import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import * as schema from './schema.ts';

export type Db = NodePgDatabase<typeof schema> & { $client: pg.Pool };

/** A transaction, or the database itself: what a query needs. */
export type Run = Pick<NodePgDatabase<typeof schema>, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

/** The connections of one process. An idle connection that breaks is no crash: the pool makes a new one. */
export function connect(url: string, onError: (error: Error) => void, max = 10): Db {
  const pool = new pg.Pool({ connectionString: url, max, application_name: 'turnout' });
  pool.on('error', onError);
  return drizzle(pool, { schema, casing: 'snake_case' }) as Db;
}
