import { pino } from 'pino';
import type { Log } from '../../src/log.ts';

/** A log that can be read afterwards: each line as `{ level, msg, ... }`. */
export function collectLogs(level = 'debug'): {
  log: Log;
  lines: { level: number; msg: string }[];
  said(): string;
} {
  const lines: { level: number; msg: string }[] = [];
  const log = pino({ level }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines, said: () => lines.map(({ msg }) => msg).join('\n') };
}

export const quiet: Log = pino({ level: 'silent' });
export const warning = 40;
export const failure = 50;
