import type pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connect } from '../../src/db/client.ts';
import { patient, usual } from '../../src/db/connection.ts';
import { assertOwnSession, Unfit } from '../../src/db/fit.ts';
import { migrate } from '../../src/db/migrate.ts';
import { freshDatabase } from '../support/database.ts';
import { withClient } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 120_000 });

let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const lock = 7_287_001;

it('a process that waits for another one says so once, and goes on when that one has ended', async () => {
  let told = 0;
  await withClient(database.url, async (other) => {
    await other.query('select pg_advisory_lock($1)', [lock]);
    const patience = { quiet: 50, longest: 60_000 };
    const migrating = migrate(database.url, { waiting: () => told++, patience });
    await expect.poll(() => told, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => isWaitedFor(other), { timeout: 20_000 }).toBe(true);
    await other.query('select pg_advisory_unlock($1)', [lock]);
    await migrating;
  });
  expect(told).toBe(1);
});

const isWaitedFor = async (client: pg.Client) => {
  const sql = `select 1 from pg_stat_activity where application_name = 'turnout migrate' and datname = current_database()`;
  return (await client.query(sql)).rowCount !== 0;
};

it('a process that waits too long is told what to look at', async () => {
  await withClient(database.url, async (other) => {
    await other.query('select pg_advisory_lock($1)', [lock]);
    const failed = await migrate(database.url, { patience: { quiet: 50, longest: 300 } }).catch(
      (error) => error,
    );
    expect(failed).toBeInstanceOf(Unfit);
    expect(failed.why).toBe('locked');
  });
});

it('two connections with one session are a pool that shares; two with a session each are not', async () => {
  await withClient(database.url, async (one) => {
    await expect(assertOwnSession(one, one)).rejects.toMatchObject({ why: 'shared' });
    await withClient(database.url, (other) => assertOwnSession(one, other));
  });
});

it.each([
  ['usual', usual, '15s'],
  ['patient', patient, '10min'],
])(
  'a new connection has the %s limits in Postgres too, and none as a parameter of its start',
  async (_name, limits, statement) => {
    const db = connect(database.url, () => {}, 2, limits);
    const sql = `select name, setting, source from pg_settings where name in ('statement_timeout', 'idle_in_transaction_session_timeout')`;
    try {
      for (const pool of [db.$client, db.$pipelined]) {
        const { rows } = await pool.query(sql);
        expect(rows.map(({ source }) => source)).toEqual(['session', 'session']);
        expect((await pool.query('show statement_timeout')).rows).toEqual([{ statement_timeout: statement }]);
        expect(rows.find(({ name }) => name.startsWith('idle')).setting).toBe(String(limits.idle));
      }
    } finally {
      await db.$client.end();
    }
  },
);
