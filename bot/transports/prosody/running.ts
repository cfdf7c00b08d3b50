import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { files } from './settings.ts';

/** The process id of a server that another process of ours has running on the folder. The number alone may be an old one. */
export function runningIn(folder: string): number | undefined {
  const pid = Number(read(files(folder).pid));
  return pid > 0 && commandOf(pid).includes(files(folder).config) ? pid : undefined;
}

const commandOf = (pid: number): string =>
  process.platform === 'linux'
    ? read(`/proc/${pid}/cmdline`)
    : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
