import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMails, checkRows, checkTold } from '../chaos/checks.ts';
import type { Load } from '../chaos/clients.ts';
import type { Base } from '../src/context.ts';
import { freshDatabase } from './support/database.ts';
import { makeBase, makeEvent, must, signUp } from './support/factories.ts';

// What `npm run chaos` looks at finds what is wrong: each fault is planted here, and taken back.

let database: { url: string; drop(): Promise<void> };
let base: Base;
let pool: pg.Pool;
let slug: string;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  pool = new pg.Pool({ connectionString: database.url });
  slug = (await makeEvent(base, { capacity: '2' })).slug;
  for (const name of ['Ann', 'Bob', 'Cat', 'Dan']) must(await signUp(base, { slug }, name));
  await pool.query('delete from graphile_worker._private_jobs');
});
afterAll(async () => {
  await pool.end();
  await base.db.$client.end();
  await database.drop();
});

/** The rules that are broken after a statement, which is then taken back. */
async function broken(...planted: string[]): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const one of planted) await client.query(one);
    return [...new Set((await checkRows(client)).map(({ rule }) => rule))];
  } finally {
    await client.query('rollback');
    client.release();
  }
}

describe('the invariants', () => {
  it('hold of what was done in order', async () => {
    expect(await broken()).toEqual([]);
  });

  it.each([
    ['counters of an event are what its rows say', 'update events set taken = taken + 1'],
    ['nothing is oversold', "update registrations set state = 'confirmed' where state = 'waitlisted'"],
    [
      'a person has one living registration at an event',
      'drop index registrations_living',
      'update registrations set person_id = (select min(person_id) from registrations)',
    ],
    [
      'places in a line are nobody else’s',
      "update registrations set position = 9 where state = 'waitlisted'",
    ],
    [
      'every registration has its people',
      'update registrations set size = 3',
      "insert into members (registration_id, position, name) select id, 0, 'Ann' from registrations on conflict do nothing",
    ],
    ['jobs are done', `select graphile_worker.add_job('tell', '{}', run_at => now() - interval '1 second')`],
    [
      'no lock is left behind',
      `select graphile_worker.add_job('tell', '{}')`,
      `update graphile_worker._private_jobs set locked_by = 'nobody', locked_at = now() - interval '2 minutes'`,
    ],
  ])('%s', async (rule, ...planted) => {
    expect(await broken(...planted)).toContain(rule);
  });
});

describe('what was told', () => {
  const told = (email: string, state: 'registered' | 'cancelled' | 'taken', more = {}) =>
    ({
      told: [{ email, event: slug, link: '', state, unsure: false, ...more }],
      claims: new Map(),
    }) as unknown as Load;
  const rules = async (load: Load) => (await checkTold(pool, load, slug)).map(({ rule }) => rule);

  it('is so', async () => {
    expect(await rules(told('ann@example.org', 'registered'))).toEqual([]);
    expect(await rules(told('nobody@example.org', 'registered'))).toEqual([
      'what was acknowledged is on file',
    ]);
    expect(await rules(told('ann@example.org', 'cancelled'))).toEqual(['what was acknowledged last is so']);
    expect(await rules(told('dan@example.org', 'taken'))).toEqual(['what was acknowledged last is so']);
    // Of an answer that is missing nothing can be said.
    expect(await rules(told('ann@example.org', 'cancelled', { unsure: true }))).toEqual([]);
    expect(await rules(told('ann@example.org', 'registered', { arrived: true }))).toEqual([
      'who was let in is let in',
    ]);
    const claims = new Map([[1, { session: 1, cell: '1-1', unsure: false }]]);
    expect(await rules({ told: [], claims } as unknown as Load)).toEqual([
      'a session is where its claim was taken',
    ]);
  });

  it('mails have a copy a kill at most', () => {
    expect(checkMails(['a', 'a', 'b'], 1)).toEqual({ copies: 1, faults: [] });
    expect(checkMails(['a', 'a', 'a'], 1).faults).toHaveLength(1);
  });
});
