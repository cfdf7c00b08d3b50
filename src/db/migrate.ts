import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyAll } from 'drizzle-orm/node-postgres/migrator';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';

/** Any number that nobody else uses: held while migrating, so that of several starting processes one migrates and the others wait. */
const lock = 7_287_001;

/** Brings the database to the newest schema, the job queue's included. Safe to call from many processes at once. */
export async function migrate(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'turnout migrate' });
  pool.on('error', () => {});
  pool.on('connect', (fresh) => fresh.on('error', () => {}));
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lock]);
    await applyAll(drizzle(client), { migrationsFolder: join(import.meta.dirname, '../../migrations') });
    await runMigrations({ pgPool: pool });
    await client.query('select pg_advisory_unlock($1)', [lock]);
  } finally {
    // Ending the session gives the lock back also when something threw.
    client.release(true);
    await pool.end();
  }
}
