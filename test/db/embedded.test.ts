import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addressOf, urlOf } from '../../src/db/embedded/address.ts';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { createCluster } from '../../src/db/embedded/cluster.ts';
import { findLauncher } from '../../src/db/embedded/launcher.ts';
import { ensure, type Server, stop } from '../../src/db/embedded/server.ts';
import { ownFolder, whoRuns } from '../../src/db/embedded/user.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';
import { withClient } from '../support/postgres.ts';
import { isAlive, parentOf, shareIn, until, workingIn } from '../support/processes.ts';

const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;
const nobody = 65534;
const undo: (() => unknown)[] = [];

const unsynced = { fsync: false };

/** A folder with data in it, made once and copied: a first start is what takes the time here. */
const pattern = mkdtempSync(path.join(tmpdir(), 'turnout-embedded-'));
beforeAll(async () => (await startEmbedded(pattern, unsynced)).stop());
afterAll(() => rmSync(pattern, { recursive: true }));

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

describe('embedded Postgres', { timeout: 60_000 }, () => {
  test('makes the database and a role that is no superuser, keeps the data, and starts fast the next time', async () => {
    const folder = temporary();
    const began = Date.now();
    const first = await start(folder);
    const making = Date.now() - began;
    expect(await query(first.url, sessionSql)).toEqual([
      { who: 'turnout', database: 'turnout', super: 'off', fsync: 'on', encoding: 'UTF8', lower: 'äß' },
    ]);
    await write(first.url, 'kept');
    await first.stop();
    expect(await isGone(folder)).toBe(true);

    const before = Date.now();
    const second = await start(folder);
    expect(Date.now() - before).toBeLessThan(making);
    expect(second.url).toBe(first.url);
    expect(await read(second.url)).toEqual(['kept']);
  });

  test.runIf(isLinux)(
    'is shared by processes that start at once, and outlives the one that is killed',
    async () => {
      const folder = temporary();
      const both = await Promise.all([share(folder), share(folder)]);
      expect(both[0].line).toBe(both[1].line);
      const server = postmaster(folder);
      await write(both[0].line, 'acknowledged');

      const owner = both.find((one) => one.child.pid === parentOf(server)) ?? both[0];
      await owner.kill();
      await until(() => !isAlive(server));
      await until(async () => (await read(both[0].line).catch(() => []))[0] === 'acknowledged');
      expect(postmaster(folder)).not.toBe(server);

      for (const one of both) await one.kill();
      expect(await isGone(folder)).toBe(true);
    },
  );

  test('recovers when the server itself is killed after an acknowledged commit', async () => {
    const folder = prepared();
    const { url } = await start(folder);
    await write(url, 'before the crash');
    process.kill(postmaster(folder), 'SIGKILL');
    await until(async () => (await read(url).catch(() => []))[0] === 'before the crash');
  });

  test('listens in a short folder when its own path is too long for a socket', async () => {
    const folder = path.join(temporary(), 'long, '.repeat(20), 'postgres');
    const first = await start(folder, unsynced);
    const second = await start(folder, unsynced);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    undo.push(() => rmSync(new URL(first.url).searchParams.get('host') ?? '', { recursive: true }));
  });

  test.runIf(isRoot)('works for root below a folder that lets nobody else in', async () => {
    const closed = temporary();
    const home = path.join(closed, 'postgres');
    mkdirSync(home);
    symlinkSync(path.dirname(findBinaries()), path.join(closed, 'native'));
    const { url } = await assemble(home, { binaries: path.join(closed, 'native', 'bin') });
    expect(await query(url, sessionSql)).toMatchObject([{ super: 'off' }]);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });

  test.runIf(isRoot && isLinux)('works for a user that is not root, and keeps others out', async () => {
    const folder = temporary();
    chownSync(folder, nobody, nobody);
    const { line: url, kill } = await share(path.join(folder, 'postgres'), nobody);
    await write(url, 'mine');
    expect(await read(url)).toEqual(['mine']);
    await kill();
    expect(await isGone(path.join(folder, 'postgres'))).toBe(true);
    await expect(share(folder, 12_345)).rejects.toThrow(/belongs to another user/);
  });

  test('ends with us where a shell stands in for setpriv', async () => {
    const { url } = await assemble(prepared(), { tied: true });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('says in one line what is wrong', async () => {
    const folder = prepared();
    rmSync(path.join(folder, 'data', 'global'), { recursive: true });
    await expect(startEmbedded(folder)).rejects.toThrow(/^The embedded Postgres does not start: .*\n?$/);
  });
});

const sessionSql = `select current_user as who, current_database() as database, current_setting('is_superuser') as super,
  current_setting('fsync') as fsync, current_setting('server_encoding') as encoding, lower('Äß') as lower`;

const query = (url: string, sql: string): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query(sql)).rows);

const write = (url: string, text: string) =>
  query(url, `create table note (text text); insert into note values ('${text}')`);

const read = async (url: string): Promise<string[]> =>
  ((await query(url, 'select text from note')) as { text: string }[]).map((row) => row.text);

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-embedded-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function prepared(): string {
  const folder = temporary();
  execFileSync('cp', ['-a', `${pattern}/.`, folder]);
  return folder;
}

async function start(folder: string, options = {}): Promise<Embedded> {
  const server = await startEmbedded(folder, options);
  undo.push(server.stop);
  return server;
}

async function share(folder: string, uid?: number) {
  const process = await shareIn(folder, uid);
  undo.push(process.kill, () => isGone(folder));
  return process;
}

/** Starts a server as `startEmbedded` does, of parts: with other programs, or the way of a system without setpriv. */
async function assemble(home: string, { binaries = findBinaries(), tied = false }) {
  const user = whoRuns(home);
  ownFolder(home, user);
  const launcher = findLauncher(binaries, home, user);
  if (tied) {
    launcher.before = launcher.before.filter((word) => word !== '--pdeathsig' && word !== 'INT');
    launcher.tied = true;
  }
  const address = await addressOf(home, user);
  createCluster(home, launcher, address, unsynced);
  const server: Server = { home, address, launcher, options: unsynced, stopped: false };
  await ensure(server);
  undo.push(() => stop(server));
  return { url: urlOf(address) };
}

const pidFile = (folder: string) => path.join(folder, 'data', 'postmaster.pid');
const postmaster = (folder: string) => Number(readFileSync(pidFile(folder), 'utf8').split('\n')[0]);

/** The server has ended in order, and none of its processes is left. */
async function isGone(folder: string): Promise<boolean> {
  await until(() => !existsSync(pidFile(folder)) && workingIn(path.join(folder, 'data')).length === 0);
  return true;
}
