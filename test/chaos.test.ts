import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRows, checkTold, type Said } from '../chaos/checks.ts';
import { checkMails, type Mail } from '../chaos/mails.ts';
import { plants } from '../chaos/plants.ts';
import type { Base } from '../src/context.ts';
import { cancelOwn } from '../src/services/registrations/commands.ts';
import { attendee, hold, keyOfCell, makeCamp } from './support/camp.ts';
import { freshDatabase } from './support/database.ts';
import { makeBase, makeEvent, must, signUp } from './support/factories.ts';

// What `npm run chaos` looks at finds what is wrong: each fault is planted here, and taken back.

let database: { url: string; drop(): Promise<void> };
let base: Base;
let pool: pg.Pool;
let slug: string;
let camp: { slug: string; cell: string };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  pool = new pg.Pool({ connectionString: database.url });
  const event = await makeEvent(base, { capacity: '2' });
  slug = event.slug;
  for (const name of ['Ann', 'Bob', 'Cat', 'Fay']) must(await signUp(base, { slug }, name));
  must(await cancelOwn(await attendee(base, { event }, 'Dan'), slug));
  await pool.query(`insert into arrivals (registration_id, position, at)
    select r.id, 0, now() from registrations r join people p on p.id = r.person_id where p.email = 'ann@example.org'`);
  const made = await makeCamp(base);
  await hold(await attendee(base, made, 'Eve'), made, 'Bread', 0);
  camp = { slug: made.slug, cell: keyOfCell(made.cells[0]!) };
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

const told = (name: string, state: Said['told'][number]['state'], more = {}): Said['told'][number] => ({
  ...{ email: `${name}@example.org`, event: slug, state, unsure: false },
  ...more,
});
const said = (...all: Said['told']): Said => ({ told: all, claims: new Map() });

describe('what was told', () => {
  const rules = async (given: Said) => (await checkTold(pool, given, camp.slug)).map(({ rule }) => rule);

  it('is so', async () => {
    expect(await rules(said(told('ann', 'registered')))).toEqual([]);
    expect(await rules(said(told('nobody', 'registered')))).toEqual(['what was acknowledged is on file']);
    expect(await rules(said(told('ann', 'cancelled')))).toEqual(['what was acknowledged last is so']);
    expect(await rules(said(told('cat', 'taken')))).toEqual(['what was acknowledged last is so']);
    // Of an answer that is missing nothing can be said.
    expect(await rules(said(told('ann', 'cancelled', { unsure: true })))).toEqual([]);
    expect(await rules(said(told('bob', 'registered', { arrived: true })))).toEqual([
      'who was let in is let in',
    ]);
    const claims = new Map([[1, { session: 1, cell: '9-9', unsure: false }]]);
    expect(await rules({ told: [], claims })).toEqual(['a session is where its claim was taken']);
  });

  it('mails have a copy a kill at most, and what happened once has one', () => {
    const mail = (id: string, at: number): Mail => ({
      id,
      at,
      to: 'ann@example.org',
      subject: 'You are coming',
    });
    const ann = [{ email: 'ann@example.org' }];
    const kills = [{ from: 10, to: 20 }];
    const found = (...mails: Mail[]) => checkMails(mails, kills, ann).faults.map(({ rule }) => rule);
    expect(checkMails([mail('a', 5), mail('a', 30)], kills, ann)).toEqual({ copies: 1, most: 1, faults: [] });
    expect(found(mail('a', 5), mail('a', 30), mail('a', 31))).toEqual(['a mail has at most one copy a kill']);
    expect(found(mail('a', 21), mail('a', 30))).toEqual(['a mail has at most one copy a kill']);
    expect(found(mail('a', 5), mail('b', 30))).toEqual(['what happened once is one mail']);
    expect(found()).toEqual(['whoever was told something is written to']);
  });
});

describe('each fault that can be planted at the end of a run is found by its rule', () => {
  it.each(Object.entries(plants))('%s', async (_name, { rule, plant }) => {
    const all = {
      ...said(told('ann', 'registered', { arrived: true }), told('dan', 'cancelled')),
      claims: new Map([[1, { session: 1, cell: camp.cell, unsure: false }]]),
      mails: ['ann', 'dan'].map((name) => ({ id: name, to: `${name}@example.org`, subject: 'Hello', at: 5 })),
    };
    const client = await pool.connect();
    const broken = async () =>
      [
        ...(await checkRows(client)),
        ...(await checkTold(client, all, camp.slug)),
        ...checkMails(all.mails, [{ from: 10, to: 20 }], all.told).faults,
      ].map((fault) => fault.rule);
    try {
      await client.query('begin');
      expect(await broken()).toEqual([]);
      await plant({ ...all, db: client });
      expect(await broken()).toContain(rule);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
