import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from './address.ts';
import { dataOf } from './cluster.ts';
import { end, type Launcher, launch } from './launcher.ts';
import { isTransient, openLog } from './log.ts';
import { serverSettings } from './settings.ts';
import { lookAt } from './state.ts';
import { endWhenStuck, type Seen } from './stuck.ts';

export type Options = {
  /** False trades crash safety for speed: only for tests. */
  fsync?: boolean;
  /** Told when a server that was lost has been started again, or could not be. */
  log?: (line: string) => void;
};

export type Server = {
  home: string;
  address: Address;
  launcher: Launcher;
  options: Options;
  stopped: boolean;
  /** The server process, when it is ours. */
  child?: ChildProcess;
  /** Why our last attempt ended. */
  failure?: string;
  /** That the server was stopping at the last look. */
  seen?: Seen;
  timer?: NodeJS.Timeout;
  mending?: Promise<void>;
};

const watchEvery = 1_000;
const patience = 60_000;
/** Within the ten seconds that whoever stops a service gives us. */
const patient = 6_000;

/**
 * Comes back when the server takes connections. There is no lock of our own: of two servers started at once on the same
 * data Postgres lets one live (`postmaster.pid`), and we join that. Postgres also knows when this file is stale.
 */
export async function ensure(server: Server): Promise<void> {
  const until = performance.now() + patience;
  while (!server.stopped) {
    const state = await lookAt(server.home, server.address);
    if (state === 'ready') return;
    server.seen = endWhenStuck(server.home, server.seen);
    if (state === 'none' && !server.child) {
      if (server.failure && !isTransient(server.failure)) throw new Error(sentence(server));
      if (server.failure) await sleep(200);
      start(server);
    }
    if (performance.now() > until) throw new Error(sentence(server));
    await sleep(10);
  }
}

/** Looks every second whether the server is there, and at once when ours ends: it is started again, also when it went with another process. */
export function watch(server: Server): void {
  server.timer = setInterval(() => look(server), watchEvery);
  server.timer.unref();
}

function look(server: Server): void {
  server.mending ??= mend(server).finally(() => {
    server.mending = undefined;
  });
}

/**
 * Ends our part. The server ends too if it is our child: fast, with open transactions rolled back. One that has not ended after some
 * seconds is stuck (see stuck.ts) or has much to write: it is ended without that, and recovers at the next start.
 */
export async function stop(server: Server): Promise<void> {
  server.stopped = true;
  clearInterval(server.timer);
  await server.mending;
  const child = server.child;
  if (!child) return;
  const gone = once(child, 'exit');
  end(server.launcher, child, 'SIGINT');
  const late = setTimeout(() => end(server.launcher, child, 'SIGQUIT'), patient);
  await gone;
  clearTimeout(late);
}

function start(server: Server): void {
  const log = openLog(server.home);
  const settings = serverSettings(server.address, server.options);
  const child = launch(server.launcher, 'postgres', ['-D', dataOf(server.home), ...settings], log.fd);
  server.failure = undefined;
  server.child = child;
  child.once('error', (error) => ended(error.message));
  child.once('exit', () => ended(log.lastFatal()));
  // The server shall not keep a process alive that has nothing else to do: it goes with that process.
  child.unref();
  log.close();

  function ended(failure: string): void {
    if (server.child !== child) return;
    server.child = undefined;
    server.failure = failure;
    if (server.timer && !server.stopped) look(server);
  }
}

async function mend(server: Server): Promise<void> {
  if ((await lookAt(server.home, server.address)) === 'ready') return;
  server.failure = undefined;
  try {
    await ensure(server);
    if (!server.stopped) server.options.log?.('The embedded Postgres was gone and runs again');
  } catch (error) {
    server.options.log?.((error as Error).message);
  }
}

const sentence = (server: Server): string =>
  `The embedded Postgres does not start: ${server.failure ?? 'it is not ready after a minute'} (${path.join(server.home, 'server.log')})`;
