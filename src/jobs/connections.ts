import pg from 'pg';
import type { Log } from '../log.ts';

export type Connections = {
  pool: pg.Pool;
  /** Breaks all of them, and lets nobody have one again: what their user still asks reaches no database. */
  cut(): void;
};

/** The connections of one runner alone. An answer that does not come within half a minute is an error. */
export function openConnections(url: string, max: number, log: Log): Connections {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'turnout jobs',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  const open = new Set<pg.PoolClient>();
  let over = false;
  const lost = (error: Error) => {
    if (!over) log.warn({ err: error }, 'a connection of the queue was lost');
  };
  pool.on('error', lost).on('connect', (client) => {
    client.on('error', lost);
    // One that was on its way when the others were cut is not let through.
    if (over) leave(client);
    else open.add(client);
  });
  pool.on('remove', (client) => open.delete(client));
  return {
    pool,
    cut() {
      if (over) return;
      over = true;
      pool.end().catch(() => {});
      // One that waits for an answer is not waited for.
      for (const client of open) leave(client);
    },
  };
}

const leave = (client: pg.PoolClient) => void (client as unknown as pg.Client).end().catch(() => {});
