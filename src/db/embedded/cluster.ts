import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Address } from './address.ts';
import { type Launcher, run } from './launcher.ts';
import { lastFatal } from './log.ts';

/** Where the data is. It is there wholly or not at all. */
export const dataOf = (home: string): string => path.join(home, 'data');

/**
 * Makes the data with the database and the role `turnout` in a temporary folder and renames it. Of two processes that do so at
 * once one has its rename refused, and uses what the other made; one that was killed leaves a folder that the next removes.
 */
export function createCluster(
  home: string,
  launcher: Launcher,
  address: Address,
  options: { fsync?: boolean } = {},
): void {
  if (existsSync(dataOf(home))) return;
  removeLeftovers(home);
  const folder = path.join(home, `new-${process.pid}-${Date.now()}`);
  try {
    fill(folder, launcher, address);
    if (options.fsync !== false) run(launcher, 'initdb', ['-D', folder, '--sync-only']);
    renameSync(folder, dataOf(home));
  } catch (error) {
    if (!existsSync(dataOf(home)))
      throw new Error(`The embedded Postgres cannot be set up: ${lastFatal((error as Error).message)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing is synced on the way: that is done once before the rename, in half the time. */
function fill(folder: string, launcher: Launcher, address: Address): void {
  run(launcher, 'initdb', ['-D', folder, '-U', 'postgres', '--auth=trust', '--no-sync', ...locale]);
  run(launcher, 'postgres', ['--single', '-D', folder, '-c', 'fsync=off', 'postgres'], roles(address));
  writeFileSync(path.join(folder, 'pg_hba.conf'), access[address.kind]);
}

/** The sort order that Postgres brings itself is the same on every system. */
const locale = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  // Which characters are letters, to text search. Only Linux surely has the name.
  ...(process.platform === 'linux' ? ['--lc-ctype=C.UTF-8'] : []),
];

/** Single-user mode takes a statement a line. No superuser: SQL that got in from outside would reach no file. */
const roles = (address: Address): string =>
  [
    `create role turnout login createdb ${address.kind === 'tcp' ? `password '${address.password}'` : ''}`,
    'create database turnout owner turnout',
  ].join('\n');

/** Who can enter the socket's folder is let in: the server's user and root. */
const access = {
  socket: 'local all all trust\n',
  tcp: 'host all turnout 127.0.0.1/32 scram-sha-256\n',
};

/** Removes what processes that are gone have begun. */
function removeLeftovers(home: string): void {
  for (const name of readdirSync(home)) {
    const pid = Number(/^new-(\d+)-/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) rmSync(path.join(home, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
