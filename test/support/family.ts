import { spawnSync } from 'node:child_process';

type Listed = { pid: number; parent: number; command: string };

/** All processes, as the system lists them. */
function processes(): Listed[] {
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'pid=,ppid=,command=', '-A'], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
}

/** A process and all below it. */
export function familyOf(pid: number, all = processes()): Listed[] {
  const children = all.filter((one) => one.parent === pid);
  return [...all.filter((one) => one.pid === pid), ...children.flatMap((one) => familyOf(one.pid, all))];
}

/** Who of them is still there. A number alone may be somebody else's by now. */
export function leftOf(family: Listed[]): Listed[] {
  const all = new Map(processes().map((one) => [one.pid, one.command]));
  return family.filter((one) => all.get(one.pid) === one.command);
}

/** The process of a role below the one that `npm start` runs. */
export const roleOf = (parent: number, role: string): number | undefined =>
  processes().find((one) => one.parent === parent && one.command.endsWith(`role.ts ${role}`))?.pid;

/** Ends a process at once (-9); none that has ended already. */
export function killed(pid: number | undefined): void {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
