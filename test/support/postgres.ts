import pg from 'pg';

/** Runs work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/**
 * Holds an event's row as settling does, on a connection of its own that nobody ends however long it idles. `isWaitedFor`: somebody
 * else wants it.
 */
export async function holdEvent(url: string, id: number) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query('select from events where id = $1 for no key update', [id]);
  const isWaitedFor = async () => {
    const found = await client.query(
      `select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`,
    );
    return found.rowCount !== 0;
  };
  return { isWaitedFor, release: () => client.end() };
}
