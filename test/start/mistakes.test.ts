import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { addresses } from '../support/addresses.ts';
import { databaseUrl, withClient } from '../support/postgres.ts';
import { rewriting } from '../support/rewriting.ts';
import { freePort, runToEnd } from '../support/turnout.ts';

// What an operator got wrong is one line, at once: the real process.

let folder: string;
let empty: { name: string; url: string };
const servers: (Server | Awaited<ReturnType<typeof rewriting>>)[] = [];
/** What a wrong PORT takes, which is found first of all: the measure of this machine. Milliseconds. */
let loading: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-mistakes-'));
  const { url, prefix } = inject('postgres');
  const name = `${prefix}mistakes`;
  await withClient(url, (client) => client.query(`create database ${name}`));
  empty = { name, url: databaseUrl(url, name) };
  await withClient(empty.url, (client) =>
    client.query(`revoke create on database ${name} from current_user, public`),
  );
  await start({ PORT: 'first' });
  loading = (await start({ PORT: 'eighty' })).took;
}, 120_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
  await withClient(inject('postgres').url, (client) =>
    client.query(`drop database ${empty.name} with (force)`),
  );
});

async function start(env: Record<string, string>) {
  const started = performance.now();
  const given = { DATA_DIR: path.join(folder, 'data'), PORT: String(await freePort()), ...env };
  const said = await runToEnd('src/main.ts', [], given);
  return { ...said, took: performance.now() - started };
}

/** Takes connections and says nothing. */
async function silent(): Promise<number> {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as { port: number }).port;
}

/** The run's own server, which says something else on one point. */
async function changed(from: string, into: string, url = empty.url): Promise<string> {
  const { to, url: by } = addresses(url);
  const server = await rewriting(to, from, into);
  servers.push(server);
  return by(server.port);
}

const asUser = (user: string) => Object.assign(new URL(empty.url), { username: user }).href;
const file = (name: string) => {
  writeFileSync(path.join(folder, name), '');
  return path.join(folder, name);
};
/** A folder on whose disk nothing more can be written. */
const full = () => {
  const made = mkdtempSync(path.join(folder, 'full-'));
  symlinkSync('/dev/full', path.join(made, 'room'));
  return made;
};

type Mistake = [name: string, env: () => Promise<Record<string, string>>, line: RegExp];

const mistakes: Mistake[] = [
  ['a port that is taken', async () => ({ PORT: String(await silent()) }), /^PORT is \d+, which is taken: /],
  [
    'a HOST that is not ours',
    async () => ({ HOST: '192.0.2.1' }),
    /^HOST is 192\.0\.2\.1, which is no address/,
  ],
  [
    'a folder that is a file',
    async () => ({ DATA_DIR: file('plain') }),
    /^DATA_DIR is \S+plain, where a file is in/,
  ],
  [
    'a folder below a file',
    async () => ({ DATA_DIR: `${file('below')}/data` }),
    /^DATA_DIR is .*a file is in/,
  ],
  [
    'a folder that nobody can write to',
    async () => ({ DATA_DIR: '/sys/turnout' }),
    /^DATA_DIR is .*cannot write/,
  ],
  ['a full disk', async () => ({ DATA_DIR: full() }), /^The disk of DATA_DIR \(\S+\) is full/],
  [
    'a database that is not there',
    async () => ({ DATABASE_URL: databaseUrl(empty.url, 'nowhere') }),
    /^DATABASE_URL names the database “nowhere”, which is not there .*createdb nowhere/,
  ],
  [
    'a user that is not known',
    async () => ({ DATABASE_URL: asUser('stranger') }),
    /^DATABASE_URL: .* does not let “stranger” in \(SQLSTATE 28000\)/,
  ],
  [
    'a wrong password',
    // Our own server asks for none: it says the other code.
    async () => ({ DATABASE_URL: await changed('C28000', 'C28P01', asUser('stranger')) }),
    /^DATABASE_URL: .* does not let “stranger” in \(SQLSTATE 28P01\).*password/,
  ],
  [
    'a server that refuses',
    async () => ({ DATABASE_URL: 'postgres://ann:key@127.0.0.1:1/turnout' }),
    /^DATABASE_URL: no Postgres answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
  ],
  [
    'a server that says nothing',
    async () => ({ DATABASE_URL: `postgres://ann@127.0.0.1:${await silent()}/turnout` }),
    /^DATABASE_URL: no Postgres answers at \S+ \(timeout expired\)/,
  ],
  [
    'a host that is not known',
    async () => ({ DATABASE_URL: 'postgres://ann@database.invalid/turnout' }),
    /^DATABASE_URL (names the host “database\.invalid”|no Postgres answers)/,
  ],
  [
    'a Postgres that is too old',
    async () => {
      const { number, version } = await serverVersion();
      const old = number.replace(/^\d\d/, '14');
      return { DATABASE_URL: await twice([number, old], [version, version.replace(/^\d\d/, '14')]) };
    },
    /^DATABASE_URL: the server at \S+ is Postgres 14\.\S+.*needs 15/,
  ],
  [
    'no right to make tables',
    async () => ({ DATABASE_URL: empty.url, ROLES: 'worker', LOG_LEVEL: 'fatal' }),
    /^DATABASE_URL: “\w+” may not create tables in “\w+”/,
  ],
];

async function serverVersion(): Promise<{ number: string; version: string }> {
  const sql = `select current_setting('server_version_num') number, current_setting('server_version') version`;
  return withClient(empty.url, async (client) => (await client.query(sql)).rows[0]);
}

async function twice(one: [string, string], other: [string, string]): Promise<string> {
  const first = await changed(...one);
  const server = await rewriting(Number(new URL(first).port), ...other);
  servers.push(server);
  return Object.assign(new URL(first), { port: String(server.port) }).href;
}

/** What is found by what is loaded later, or by waiting for a network, takes longer. */
const slow = new Set(['a server that says nothing', 'a host that is not known', 'no right to make tables']);

it.each(mistakes)('one line for %s', { timeout: 120_000 }, async (name, env, line) => {
  const given = await env();
  const { code, out, log, took } = await start(given);
  expect({ code, out, lines: log.trim().split('\n').length }, log).toEqual({ code: 1, out: '', lines: 1 });
  expect(log).toMatch(line);
  expect(log).not.toContain('key');
  // Before the database is started, and about as soon as our first sources are loaded, however busy the machine is.
  expect(existsSync(path.join(given.DATA_DIR ?? path.join(folder, 'data'), 'postgres'))).toBe(false);
  if (!slow.has(name)) expect(took).toBeLessThan(8 * loading + 2_000);
});

it('a verb of the command line says the same while the database is away', { timeout: 120_000 }, async () => {
  const env = { DATA_DIR: path.join(folder, 'data'), DATABASE_URL: 'postgres://ann:key@127.0.0.1:1/turnout' };
  const { code, out, log } = await runToEnd('src/cli.ts', ['organiser', 'list'], env);
  expect({ code, out, lines: log.trim().split('\n').length }, log).toEqual({ code: 1, out: '', lines: 1 });
  expect(log).toMatch(/^DATABASE_URL: no Postgres answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/);
});
