import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const places = [
  '/usr/bin/prosody',
  '/usr/sbin/prosody',
  '/usr/local/bin/prosody',
  '/opt/homebrew/bin/prosody',
];

/** Where the program is: in the PATH, or where packages put it. Undefined where there is none. */
export function findProsody(): string | undefined {
  if (process.platform === 'win32') return undefined;
  const found = spawnSync('/bin/sh', ['-c', 'command -v prosody'], {
    encoding: 'utf8',
    timeout: 5_000,
  }).stdout?.trim();
  return [found ?? '', ...places].find(isProgram);
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return file.startsWith('/');
  } catch {
    return false;
  }
}
