import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { files } from './settings.ts';

/** The process id of a server that another process of ours has running on the folder. The number alone may be an old one. */
export function runningIn(folder: string): number | undefined {
  const pid = Number(read(files(folder).pid));
  return pid > 0 && commandOf(pid).includes(files(folder).config) ? pid : undefined;
}

/** How long a server that has lost its owner has to end by itself. Milliseconds. */
const patience = 5_000;

/**
 * Waits for the server of an owner that was killed: it is on its way out, and is ended when it does not go. Gives the process id of one
 * that somebody else still has.
 */
export async function othersIn(folder: string): Promise<number | undefined> {
  const until = performance.now() + patience;
  let pid = runningIn(folder);
  for (; pid && performance.now() < until; pid = runningIn(folder)) await sleep(100);
  if (!pid || !isOrphan(pid)) return pid;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
  await sleep(200);
  return runningIn(folder);
}

/** The system has taken the place of the process that started it. */
function isOrphan(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  const parent = Number(stdout);
  return parent === 1 || commandOf(parent).includes('systemd');
}

const commandOf = (pid: number): string =>
  process.platform === 'linux'
    ? read(`/proc/${pid}/cmdline`)
    : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 }).stdout;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
