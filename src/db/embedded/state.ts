import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { type Address, target } from './address.ts';
import { dataOf } from './cluster.ts';

/** `busy`: a server answers but is starting, recovering or shutting down. */
export type State = 'ready' | 'busy' | 'none';

/**
 * Whether a server runs on the data: something answers at its socket (a process id alone may be stale, or belong to another
 * container that shares the folder), and `postmaster.pid` says `ready` on its eighth line.
 */
export async function lookAt(home: string, address: Address): Promise<State> {
  const lines = pidLines(home);
  if (await answers(address)) return lines[7]?.trim() === 'ready' ? 'ready' : 'busy';
  forgetStranger(home);
  return 'none';
}

function answers(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target(address));
    const finish = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.setTimeout(2_000, () => finish(false));
  });
}

export const pidFile = (home: string): string => path.join(dataOf(home), 'postmaster.pid');

/** The lines of `postmaster.pid`; none without it. The first is the process id, the eighth the state. */
export function pidLines(home: string): string[] {
  try {
    return readFileSync(pidFile(home), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * After a container was killed and started again, the number in the file can belong to a process of ours that is no Postgres,
 * and Postgres would refuse to start for ever. A Postgres server has its data as its working folder: this tells them apart.
 */
function forgetStranger(home: string): void {
  if (process.platform !== 'linux') return;
  const pid = Number(pidLines(home)[0]);
  if (!pid) return;
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(dataOf(home))) rmSync(pidFile(home));
  } catch {
    // No such process, or not ours to look at: Postgres decides.
  }
}
