import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, vi } from 'vitest';
import { runner } from '../../src/shared/root.ts';

export { familyOf, isAlive, leftOf, roleOf } from './family.ts';

const script = path.join(import.meta.dirname, 'embedded-process.ts');

export type Process = { child: ChildProcess; line: string; kill(): Promise<void> };

/** Starts a process that shares the embedded Postgres of a folder; its line is the URL that it got. */
export function shareIn(folder: string, uid?: number): Promise<Process> {
  // Another user may not write where compiled programs are kept.
  if (uid !== undefined) spawnSync(process.execPath, [runner, '--compile', script]);
  return start([...as(uid), process.execPath, runner, script, folder]);
}

/** Starts a script of this folder as a process of its own; comes back with the first line that it says. */
export const startProcess = (name: string, ...args: string[]): Promise<Process> =>
  start([process.execPath, runner, path.join(import.meta.dirname, name), ...args]);

async function start([command = '', ...args]: string[]): Promise<Process> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const line = await Promise.race([firstLine(child), once(child, 'exit').then(() => undefined)]);
  if (!line) throw new Error(`The process ended: ${said}`);
  return { child, line, kill: () => kill(child) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = await once(createInterface(child.stdout!), 'line');
  return line;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** As another user. Where our own files lie below a folder that lets nobody in, the right to pass it by comes along. */
function as(uid: number | undefined): string[] {
  if (uid === undefined) return [];
  const user = ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
  const [command = '', ...args] = [...user, process.execPath, '-e', 'fs.accessSync(process.argv[1])', script];
  if (spawnSync(command, args).status === 0) return user;
  return [
    ...user,
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
}

/** The processes that have the folder as their working folder: each process of a Postgres server has its data. */
export function workingIn(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

/** Of Linux. */
export const parentOf = (pid: number) =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** Waits up to ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 30_000, interval: 50 });
}
