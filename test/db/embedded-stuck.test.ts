import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { serves } from '../../src/db/embedded/stuck.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';
import { withClient } from '../support/postgres.ts';
import { isAlive, shareIn, until } from '../support/processes.ts';

// A Postgres that is asked to stop while it restarts after the crash of one of its processes stays in `stopping` for ever.

let folder: string;
const undo: (() => Promise<unknown>)[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-stuck-'));
});
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (): Promise<Embedded> => {
  const server = await startEmbedded(folder, { fsync: false });
  undo.push(server.stop);
  return server;
};
const pidFile = () => path.join(folder, 'data', 'postmaster.pid');
const lines = () => readFileSync(pidFile(), 'utf8').split('\n');
const ask = (url: string, sql: string) => withClient(url, async (client) => (await client.query(sql)).rows);

/** Kills a process of the server, and comes back while the server restarts its others. */
async function crash(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() pid');
  process.kill(rows[0].pid, 'SIGKILL');
  await sleep(80);
}

const attempts = 8;

/** Asks a server to stop while it restarts, again and again until one is stuck; gives its process. */
async function getStuck(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { line, kill } = await shareIn(folder);
    undo.push(kill);
    const pid = Number(lines()[0]);
    await ask(line, 'create table if not exists note (text text)');
    await ask(line, `insert into note values ('acknowledged ${attempt}')`);
    await crash(line);
    // The owner is killed: the kernel asks its server to stop.
    await kill();
    await sleep(2_000);
    if (isAlive(pid) && lines()[7]?.trim() === 'stopping') return pid;
    await until(() => !isAlive(pid));
  }
  throw new Error(`a server ended in order ${attempts} times: nothing is shown here any more`);
}

test.runIf(process.platform === 'linux')(
  'a server that is stuck in stopping is ended by whoever comes next, and what was committed is there',
  { timeout: 120_000 },
  async () => {
    const stuck = await getStuck();
    const next = shareIn(folder);
    await sleep(2_000);
    // Not at once: another may be about to end in order.
    expect(isAlive(stuck)).toBe(true);
    const long = new Date(Date.now() - 21_000);
    utimesSync(pidFile(), long, long);
    const { line: url, kill } = await next;
    undo.push(kill);
    expect(isAlive(stuck)).toBe(false);
    expect((await ask(url, 'select text from note')).length).toBeGreaterThan(0);
  },
);

test('its owner ends it within the time that a service has to stop', { timeout: 60_000 }, async () => {
  const { url, stop } = await start();
  const pid = Number(lines()[0]);
  await crash(url);
  const asked = performance.now();
  await stop();
  expect(performance.now() - asked).toBeLessThan(9_000);
  expect(isAlive(pid)).toBe(false);
});

test('nobody else is taken for a server of the folder: not a process of ours, not another server', async () => {
  await start();
  expect(serves(Number(lines()[0]), folder)).toBe(true);
  expect(serves(process.pid, folder)).toBe(false);
  expect(serves(Number(lines()[0]), path.join(folder, 'other'))).toBe(false);
});
