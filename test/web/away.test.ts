import { load } from 'cheerio';
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest';
import { makeToken } from '../../src/services/programs/commands.ts';
import { assetUrl } from '../../src/web/assets.ts';
import { type Ask, asksOf, noCookie, problemsOf, statusesOf } from '../support/away.ts';
import { freshDatabase } from '../support/database.ts';
import { type Doors, form, openDoors } from '../support/every-door.ts';
import { asSystem, must } from '../support/factories.ts';
import { valuesOf } from '../support/form.ts';
import { fillDisk } from '../support/no-room.ts';
import { withClient } from '../support/postgres.ts';
import { proxyToDatabase, type TestProxy } from '../support/proxy.ts';

// The database is away, silent, full, or has no connection left: every route of the app says so in time and why, what was typed comes
// back, and afterwards all is as it was.

let database: { url: string; drop(): Promise<void> };
let proxy: TestProxy;
let doors: Doors;
let asks: ReturnType<typeof asksOf>;
/** Pages and files as somebody who is signed in has them, and the status of each when all is well. */
let own: Ask[];
let before: number[];

beforeAll(async () => {
  database = await freshDatabase();
  const way = await proxyToDatabase(await limited(database.url));
  proxy = way.proxy;
  doors = await openDoors([], { url: way.url, drop: database.drop });
  asks = asksOf(doors, must(await makeToken(asSystem(doors.site.base), 'a program')).token);
  own = asks.reads('GET').filter(isPage);
  before = await statusesOf(doors, own);
}, 180_000);
afterAll(async () => {
  await doors?.close();
  await proxy?.close();
  if (isOurs) await onServer(`drop role ${role}`);
});
afterEach(() => back());

const role = 'turnout_limited';
let isOurs = false;
const onServer = (sql: string) => withClient(inject('postgres').url, (client) => client.query(sql));

/** The URL for somebody who is no superuser, but may do as much here: those are let in above every limit. */
async function limited(given: string): Promise<string> {
  const { rows } = await onServer('select rolsuper, rolname from pg_roles where rolname = current_user');
  if (!rows[0].rolsuper) return given;
  isOurs = true;
  await onServer(`create role ${role} login password 'limited' in role "${rows[0].rolname}"`);
  return Object.assign(new URL(given), { username: role, password: 'limited' }).href;
}

/** Refuses every connection, as a port on which nobody listens. */
async function leave() {
  proxy.open(false);
  proxy.cut();
  await vi.waitFor(() => expect(doors.site.site.listener.isUp()).toBe(false), { timeout: 20_000 });
}

/** Is there again; what had fallen silent before is cut, as the kernel does after a while. */
async function back() {
  proxy.open(true);
  proxy.cut();
  const ready = async () => expect((await doors.ask('GET', '/readyz')).status).toBe(200);
  await vi.waitFor(ready, { timeout: 60_000, interval: 50 });
}

const needsNoRoom = (problem: string) => /: says [2-4]\d\d$/.test(problem);
const isPage = ({ what }: { what: string }) => !/stream/.test(what);
const [gone, crowded] = ['cannot reach its database', 'More is asked of the site'];
const eitherOf = new RegExp(`${gone}|${crowded}`);
/** All forms, all that programs send, and some of the pages. */
const some = () => [...asks.reads('GET').filter((_, n) => n % 5 === 0), ...asks.sends, ...asks.calls];

it('every route says so in time, and all are there again afterwards', { timeout: 180_000 }, async () => {
  const strangers = asks.reads('GET', noCookie).filter(isPage);
  // They are sent to sign in without a look into the database.
  const were = await statusesOf(doors, strangers);
  await leave();
  const all = [
    ...asks.reads('GET'),
    ...strangers.map((one, n) => ({ ...one, was: were[n] })),
    ...asks.reads('HEAD'),
    ...asks.sends,
    ...asks.calls,
  ];
  expect(all.length).toBeGreaterThan(300);
  expect(await problemsOf(doors, all, gone)).toEqual([]);
  expect((await doors.ask('GET', assetUrl('site.css'), noCookie)).status).toBe(200);
  await back();
  expect(await statusesOf(doors, own)).toEqual(before);
});

it('so it does when the database says nothing at all', { timeout: 180_000 }, async () => {
  proxy.swallow();
  expect(await problemsOf(doors, some(), gone)).toEqual([]);
});

it('so it does when the database lets nobody in any more', { timeout: 180_000 }, async () => {
  const name = new URL(database.url).pathname.slice(1);
  await onServer(`alter database ${name} connection limit 0`);
  proxy.cut();
  // What was on its way when the connections were cut is told of that, and of nothing else.
  const problems = await problemsOf(doors, some(), eitherOf);
  const now = await problemsOf(doors, some().slice(0, 5), crowded);
  await onServer(`alter database ${name} connection limit -1`);
  expect(now).toEqual([]);
  expect(problems).toEqual([]);
});

it('a form is kept while all connections of ours are taken', { timeout: 60_000 }, async () => {
  const pools = [doors.site.base.db.$client, doors.site.base.db.$pipelined];
  const taken = await Promise.all(
    pools.flatMap((pool) => Array.from({ length: pool.options.max }, () => pool.connect())),
  );
  const problems = await problemsOf(doors, asks.sends.slice(0, 40), crowded);
  for (const one of taken) one.release();
  expect(problems).toEqual([]);
});

it('while the disk is full pages are shown, and forms are kept', { timeout: 180_000 }, async () => {
  const { db } = doors.site.base;
  // Each visit would be noted.
  await db.$client.query(`update web_sessions set sess = (sess::jsonb - 'seenAt')::json`);
  await fillDisk(db, true);
  try {
    const shown = await statusesOf(doors, own);
    expect(own.flatMap(({ what }, n) => (shown[n] === before[n] ? [] : [`${what} ${shown[n]}`]))).toEqual([]);
    const all = [...asks.sends, ...asks.calls];
    const problems = await problemsOf(doors, all, 'disk is full');
    // What is refused anyway, and what is only read, needs no room.
    const [answered, wrong] = [problems.filter(needsNoRoom), problems.filter((one) => !needsNoRoom(one))];
    expect(wrong).toEqual([]);
    expect(all.length - answered.length).toBeGreaterThan(15);
  } finally {
    await fillDisk(db, false);
  }
});

const registered = async (email: string): Promise<number> => {
  const { rows } = await doors.site.base.db.$client.query(
    'select count(*)::int n from registrations r join people p on p.id = r.person_id where p.email = $1',
    [email],
  );
  return rows[0].n;
};

it('from the page that comes back it is sent again, and done once', { timeout: 60_000 }, async () => {
  const $ = load((await doors.ask('GET', '/events/conf/register', noCookie)).text);
  const choice = $('form select[name], form input[type=radio][name]').first();
  const typed = {
    ...valuesOf($, 'form[action$="/register"]'),
    name: 'Late',
    email: 'late@example.net',
    ...(choice.attr('name') && { [choice.attr('name')!]: choice.find('option').last().val() || 'M' }),
  } as Record<string, string>;
  await leave();
  const refused = await doors.ask('POST', '/events/conf/register', { ...form(typed), ...noCookie });
  expect(refused.status).toBe(503);
  await back();
  const page = load(refused.text);
  expect(page('.again-typed').text()).toContain('late@example.net');
  const again = { body: page('main form').serialize(), ...noCookie };
  const action = page('main form').attr('action')!;
  const twice = [await doors.ask('POST', action, again), await doors.ask('POST', action, again)];
  expect(twice.map(({ status }) => status)).toEqual([303, 303]);
  expect(await registered('late@example.net')).toBe(1);
});
