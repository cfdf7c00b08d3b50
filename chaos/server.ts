import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { end, findLauncher, launch, run } from '../src/db/embedded/launcher.ts';
import { whoRuns } from '../src/db/embedded/user.ts';
import { freePort } from '../test/support/turnout.ts';
import { waitUntil } from './site.ts';

/** A Postgres as an operator has one: other programs than ours, over TCP, kept alive by whoever keeps services. */
export type Server = { url: string; postmaster(): number | undefined; stop(): Promise<void> };

/** Starts the server of a folder with Postgres' programs, such as /usr/lib/postgresql/15/bin, on data of its own below `home`. */
export async function startServer(binaries: string, home: string): Promise<Server> {
  mkdirSync(home, { recursive: true });
  const user = whoRuns(home);
  if (user) chownSync(home, user.uid, user.gid);
  chmodSync(home, 0o700);
  const launcher = findLauncher(binaries, home, user);
  const data = path.join(home, 'data');
  run(launcher, 'initdb', [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ]);
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(path.join(home, 'server.log'), 'a');
  let stopping = false;
  let child: ChildProcess;
  const start = () => {
    child = launch(launcher, 'postgres', ['-D', data, ...args], log);
    child.once('exit', async () => {
      // One whose server processes have not all gone yet refuses, and is started once more.
      await sleep(200);
      if (!stopping) start();
    });
  };
  start();
  const url = (name: string) => `postgres://${name}@127.0.0.1:${port}`;
  await waitUntil(
    () => prepared(`${url('postgres')}/postgres`),
    60_000,
    () => readFileSync(path.join(home, 'server.log'), 'utf8'),
  );
  return {
    url: `${url('turnout')}/turnout`,
    postmaster: () => postmasterOf(data),
    stop: async () => {
      stopping = true;
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null) {
        end(launcher, child, 'SIGINT');
        await gone;
      }
      closeSync(log);
    },
  };
}

async function prepared(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('create role turnout login');
    await client.query('create database turnout owner turnout');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The process of a server, by its data. */
export function postmasterOf(data: string): number | undefined {
  try {
    return Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}
