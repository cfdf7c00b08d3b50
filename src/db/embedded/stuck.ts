import { spawnSync } from 'node:child_process';
import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { dataOf } from './cluster.ts';
import { pidFile, pidLines } from './state.ts';

/** A fast shutdown takes a second or two; one on a slow disk is not harmed by what follows. Milliseconds. */
const longest = 20_000;

/** What is remembered between two looks: which server was seen to stop, and since when. */
export type Seen = { pid: number; since: number } | undefined;

/**
 * A Postgres that is asked to stop while it restarts after the crash of one of its processes stays in `stopping` for ever (seen
 * with 18.4: SIGINT 30 to 230 ms after that crash). SIGQUIT ends it within half a second: what was committed is on disk, and the next
 * start recovers it. To be called at every look at the server.
 */
export function endWhenStuck(home: string, seen: Seen): Seen {
  const lines = pidLines(home);
  const pid = Number(lines[0]);
  if (!(pid > 1) || lines[7]?.trim() !== 'stopping') return undefined;
  const since = seen?.pid === pid ? seen.since : performance.now();
  // The file is written at each change of state: who comes later need not wait again.
  const waited = Math.max(performance.now() - since, Date.now() - changedAt(home));
  if (waited > longest && serves(pid, home)) signal(pid);
  return { pid, since };
}

/** Whether the process is a Postgres server on this folder's data: a number in a file alone may be an old one, and be anybody's now. */
export function serves(pid: number, home: string): boolean {
  const data = dataOf(home);
  if (process.platform === 'linux') {
    try {
      // A server has its data as its working folder.
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
    } catch {
      return false;
    }
  }
  // On Windows nobody is asked to stop by a signal, so that nobody is stuck.
  if (process.platform === 'win32') return false;
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 5_000,
  });
  return /\bpostgres\b/.test(stdout ?? '') && (stdout ?? '').includes(`-D ${data} `);
}

function changedAt(home: string): number {
  return statSync(pidFile(home), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It has just ended, or belongs to another user, whose process will do it.
  }
}
