import { closeSync, fchownSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const enough = 2_000_000;

export type Log = { fd: number; close(): void; lastFatal(): string };

/** The server's log in the folder, appended to; a long one is set aside first, so that two files of 2 MB stay. */
export function openLog(home: string): Log {
  const file = path.join(home, 'server.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > enough) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a', 0o600);
  const from = fstatSync(fd).size;
  const { uid, gid } = statSync(home);
  if (process.getuid?.() === 0) fchownSync(fd, uid, gid);
  return {
    fd,
    close: () => closeSync(fd),
    lastFatal: () => lastFatal(readFileSync(file).subarray(from).toString()),
  };
}

/** The line that says why a Postgres program ended. */
export function lastFatal(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const fatal = lines.findLast((line) => /\b(FATAL|PANIC|error):/.test(line)) ?? lines.at(-1) ?? 'it ended';
  return fatal.replace(/^.*?\b(FATAL|PANIC|error):\s*/, '');
}

/** Another server holds the data or has not quite left them: worth another look, not an error. */
export const isTransient = (failure: string): boolean =>
  /lock file|shared memory block|shutting down|is shut down|it ended/.test(failure);
