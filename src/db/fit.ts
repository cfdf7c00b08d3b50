import pg from 'pg';
import { options, usual } from './connection.ts';

/**
 * Why a server that can be reached is not one for us. `old`: a Postgres before 15; `shared`: a pool in between gives each transaction
 * another session; `locked`: another process has been migrating for too long.
 */
export class Unfit extends Error {
  readonly why: 'old' | 'shared' | 'locked';
  readonly version?: string;
  constructor(why: Unfit['why'], version?: string) {
    super(`the database server does not fit: ${why}`);
    this.why = why;
    this.version = version;
  }
}

const oldest = 150_000;

/** Throws an `Unfit` where the server is too old. */
export async function assertVersion(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int number, current_setting('server_version') version`,
  );
  if (rows[0].number < oldest) throw new Unfit('old', rows[0].version);
}

/**
 * Throws an `Unfit` where two connections are given one session (a pgbouncer whose pool_mode is not `session`): what one listens to, locks
 * or sets would be anybody's.
 */
export async function assertOwnSession(client: pg.ClientBase, other: pg.ClientBase): Promise<void> {
  const before = await sessionOf(client);
  await other.query('begin');
  const theirs = await sessionOf(other);
  const after = await sessionOf(client);
  await other.query('rollback');
  if (before !== after || before === theirs) throw new Unfit('shared');
}

const sessionOf = async (client: pg.ClientBase): Promise<number> =>
  (await client.query('select pg_backend_pid() pid')).rows[0].pid;

/** A first look, before anything else is started: rejects where the database cannot be reached, or not used. */
export async function lookAtDatabase(url: string): Promise<void> {
  const client = new pg.Client({ ...options(url, 'turnout look'), query_timeout: usual.connect });
  client.on('error', () => {});
  try {
    await client.connect();
    await assertVersion(client);
  } finally {
    client.end().catch(() => {});
  }
}
