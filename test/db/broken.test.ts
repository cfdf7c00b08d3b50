import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { makeBase, makeEvent } from '../support/factories.ts';
import { type Process, startProcess } from '../support/processes.ts';

// Connections break while people register, in each of the ways in which a Postgres ends them.

let folder: string;
let postgres: Embedded;
let base: Base;
let web: Process;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-broken-'));
  postgres = await startEmbedded(path.join(folder, 'postgres'), { fsync: false });
  await migrate(postgres.url);
  base = makeBase(postgres.url, () => new Date('2026-05-01T12:00:00Z'));
  web = await startProcess('web-process.ts', postgres.url);
}, 120_000);

afterAll(async () => {
  await web?.kill();
  await base?.db.$client.end();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A busy machine is given half a minute. */
const until = (holds: () => boolean | Promise<boolean>) =>
  vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 30_000, interval: 50 });

let people = 0;
const register = async (slug: string): Promise<number> => {
  const name = `ann${++people}`;
  const answer = await fetch(`${web.line}/events/${slug}/register`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams({ name, email: `${name}@example.net` }),
  });
  return answer.status;
};

const postmaster = () =>
  Number(readFileSync(path.join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);

const ways: Record<string, () => unknown> = {
  'all backends are terminated': () =>
    base.db.$client
      .query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
      .catch(() => {}),
  'a fast restart': () => process.kill(postmaster(), 'SIGINT'),
  'an immediate stop': () => process.kill(postmaster(), 'SIGQUIT'),
};

it.each(Object.keys(ways))('lives through it, and answers again: %s', { timeout: 120_000 }, async (way) => {
  const { slug } = await makeEvent(base, { startsAt: '2030-05-30T19:00', endsAt: '2030-05-30T22:00' });
  const asked: Promise<number>[] = [];
  const rush = setInterval(() => asked.push(register(slug)), 4);
  await until(() => asked.length > 30);
  await ways[way]!();
  await until(() => asked.length > 120);
  clearInterval(rush);
  const statuses = new Set(await Promise.all(asked));
  expect(web.child.exitCode).toBeNull();
  await until(async () => (await register(slug)) === 303);
  expect([...statuses].filter((status) => status !== 303 && status !== 503)).toEqual([]);
});
