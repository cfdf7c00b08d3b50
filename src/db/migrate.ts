import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyAll } from 'drizzle-orm/node-postgres/migrator';
import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { root } from '../shared/root.ts';
import { patient, poolOf } from './connection.ts';
import { assertOwnSession, assertVersion } from './fit.ts';
import { takeLock, type Waiting } from './lock.ts';

/** Any number that nobody else uses: held while migrating, so that of several starting processes one migrates and the others wait. */
const lock = 7_287_001;

/**
 * Brings the database to the newest schema, the job queue's included. Safe to call from many processes at once. Throws an `Unfit` where the
 * server is not one for us, or another process does not come to an end.
 */
export async function migrate(url: string, options: Waiting = {}): Promise<void> {
  const pool = poolOf(url, 'turnout migrate', { max: 2, limits: patient }, () => {});
  try {
    await migrateBy(pool, options);
  } finally {
    await pool.end();
  }
}

async function migrateBy(pool: pg.Pool, options: Waiting): Promise<void> {
  const client = await pool.connect();
  try {
    await assertVersion(client);
    await inPool(pool, (other) => assertOwnSession(client, other));
    await takeLock(client, lock, options);
    await applyAll(drizzle(client), { migrationsFolder: join(root, 'migrations') });
    await runMigrations({ pgPool: pool });
    await client.query('select pg_advisory_unlock($1)', [lock]);
  } finally {
    // Ending the session gives the lock back also when something threw.
    client.release(true);
  }
}

async function inPool(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  await work(client).finally(() => client.release());
}
