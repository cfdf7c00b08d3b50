import { load } from 'cheerio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Base } from '../../src/context.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent } from '../support/factories.ts';
import { type Process, startProcess } from '../support/processes.ts';
import { proxyToDatabase, type TestProxy } from '../support/proxy.ts';

// The network between the site and Postgres takes everything and says nothing more, as after a fail-over.

let database: { url: string; drop(): Promise<void> };
let base: Base;
let proxy: TestProxy;
let web: Process;

beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => new Date());
  const way = await proxyToDatabase(database.url);
  proxy = way.proxy;
  web = await startProcess('web-process.ts', way.url);
}, 120_000);

afterAll(async () => {
  await web?.kill();
  await proxy?.close();
  await base?.db.$client.end();
  await database?.drop();
});

const nonce = (name: string) => name.padEnd(22, 'x');

async function register(slug: string, name: string) {
  const started = performance.now();
  const answer = await fetch(`${web.line}/events/${slug}/register`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams({ name, email: `${name}@example.net`, nonce: nonce(name) }),
  });
  return { answer, status: answer.status, took: performance.now() - started };
}

it('who registers meanwhile is told so with all that they typed, and the event goes on afterwards', {
  timeout: 120_000,
}, async () => {
  const { slug } = await makeEvent(base, { startsAt: '2030-05-30T19:00', endsAt: '2030-05-30T22:00' });
  expect((await register(slug, 'ann')).status).toBe(303);
  proxy.swallow();
  const names = Array.from({ length: 12 }, (_, n) => `bob${n}`);
  const asked = await Promise.all(names.map((name) => register(slug, name)));
  expect(asked.map(({ status }) => status)).toEqual(names.map(() => 503));
  // Three seconds on a machine that has nothing else to do.
  expect(Math.max(...asked.map(({ took }) => took))).toBeLessThan(12_000);
  expect(asked[0]!.answer.headers.get('retry-after')).toBe('5');
  const $ = load(await asked[0]!.answer.text());
  expect($('form').attr('action')).toBe(`/events/${slug}/register`);
  expect(Object.fromEntries(new URLSearchParams($('main form').serialize()))).toEqual({
    name: 'bob0',
    email: 'bob0@example.net',
    nonce: nonce('bob0'),
  });
  expect((await fetch(`${web.line}/readyz`)).status).toBe(503);
  proxy.open(true);
  const deadline = Date.now() + 40_000;
  let { status } = await register(slug, 'bob0');
  while (status !== 303 && Date.now() < deadline) ({ status } = await register(slug, 'bob0'));
  expect(status).toBe(303);
  const again = await Promise.all(names.map((name) => register(slug, name)));
  expect(again.map((one) => one.status)).toEqual(names.map(() => 303));
  const found = await base.db.$client.query(
    'select count(*)::int n from registrations r join events e on e.id = r.event_id where e.slug = $1',
    [slug],
  );
  expect(found.rows[0].n).toBe(13);
});
