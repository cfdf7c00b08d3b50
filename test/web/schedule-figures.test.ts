import { readFileSync } from 'node:fs';
import { load } from 'cheerio';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { placeSession } from '../../src/services/grid/commands.ts';
import { signInLink } from '../../src/services/people/commands.ts';
import { attendee, hold, makeCamp } from '../support/camp.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, must } from '../support/factories.ts';
import { type Process, startProcess } from '../support/processes.ts';
import { type OpenStream, openStream } from '../support/streams.ts';

// What the grid may cost, measured at a website in a process of its own.

let database: { url: string; drop(): Promise<void> };
let base: Base;
let web: Process;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => new Date('2026-05-01T12:00:00Z'));
  web = await startProcess('web-process.ts', database.url, 'locked');
});
afterAll(async () => {
  await web.kill();
  await base.db.$client.end();
  await database.drop();
});

it('a full grid of 10 rooms, 12 slots and 2 days costs less than 30 ms of server time, also for one who chooses a place', {
  timeout: 120_000,
}, async () => {
  const rooms = Array.from({ length: 10 }, (_, n) => `Room ${n}`);
  const camp = await makeCamp(base, { rooms, days: ['2026-05-30', '2026-05-31'], to: '16:00' });
  expect(camp.cells).toHaveLength(240);
  const names = Array.from({ length: 40 }, (_, n) => `Host ${n}`);
  const hosts = await Promise.all(names.map((name) => attendee(base, camp, name)));
  for (let n = 0; n < 239; n++)
    await hold(hosts[n % 40]!, camp, `Session ${n}: what we learnt`, n, { tags: `t${n % 9}` });
  const cookie = await signedIn('host.0@example.org');
  for (const query of ['', '?claim=1']) {
    const url = `${web.line}/events/${camp.slug}/schedule${query}`;
    for (let n = 0; n < 60; n++) await look(url, cookie);
    const before = spent();
    for (let n = 0; n < 50; n++) await look(url, cookie);
    expect((spent() - before) / 50).toBeLessThan(30);
  }
});

it('500 open grids cost a process less than 150 MB and the database one connection, and all hear of a claim within a second', {
  timeout: 120_000,
}, async () => {
  const camp = await makeCamp(base, { rooms: ['A', 'B', 'C', 'D', 'E', 'F'] });
  const ann = await attendee(base, camp);
  const number = await hold(ann, camp, 'A', 0);
  const move = async (cell: number) =>
    must(await placeSession(ann, { event: camp.slug, session: number, ...camp.cells[cell]! }));
  const follow = (seen: string) => openStream(`${web.line}/events/${camp.slug}/schedule/stream?seen=${seen}`);
  const first = await follow('something-older');
  await vi.waitFor(() => expect(first.told).toHaveLength(1), 5000);
  const { revision } = first.told[0]!.data as { revision: string };
  const before = memory();
  const pages: OpenStream[] = [];
  for (let n = 0; n < 10; n++)
    pages.push(...(await Promise.all(Array.from({ length: 50 }, () => follow(revision)))));
  await move(2);
  const changed = performance.now();
  await vi.waitFor(() => expect(pages.filter((one) => one.told.length === 1)).toHaveLength(500), 5000);
  expect(Math.max(...pages.map((one) => one.told[0]!.at)) - changed).toBeLessThan(1000);
  expect(memory() - before).toBeLessThan(150);
  expect(await listening()).toBe(1);
  for (const one of [first, ...pages]) one.close();
});

/** Signs in as a browser does; gives the cookie. */
async function signedIn(email: string): Promise<string> {
  const path = new URL(await signInLink(asSystem({ ...base, now: () => new Date() }), email)).pathname;
  const answer = await fetch(web.line + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  return answer.headers.get('set-cookie')!.split(';')[0]!;
}

async function look(url: string, cookie: string): Promise<void> {
  const answer = await fetch(url, { headers: { cookie } });
  expect(load(await answer.text())('.cell-own').length).toBe(3);
}

/** Processor time of the website's process so far, in milliseconds: whatever else the machine is doing. */
function spent(): number {
  const fields = readFileSync(`/proc/${web.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  // User and system time, in ticks of 10 ms (proc(5)).
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Of the website, in megabytes. */
const memory = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${web.child.pid}/status`, 'utf8'))![1]) / 1024;

/** Connections that wait for notifications. */
async function listening(): Promise<number> {
  const { rows } = await base.db.$client.query(
    `select count(*)::int n from pg_stat_activity
      where datname = current_database() and application_name = 'turnout listen'`,
  );
  return rows[0].n;
}
