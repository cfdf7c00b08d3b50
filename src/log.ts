import { type Logger, pino } from 'pino';

export type Log = Logger;

/** The name of whoever logs, and never what people wrote: fields that hold personal data or keys are dropped by name. */
const hidden = [
  'email',
  'name',
  'token',
  'password',
  'secret',
  'authorization',
  'cookie',
  'text',
  'answers',
  'to',
];

/** Structured logs to standard error: standard output stays for what a person asked to see. */
export const makeLog = (level: string): Log =>
  pino(
    {
      level,
      redact: { paths: hidden.flatMap((field) => [field, `*.${field}`]), remove: true },
      serializers: { err: described },
    },
    pino.destination({ dest: 2, sync: true, maxLength: 1_000_000 }).on('error', unheard),
  );

/**
 * A full disk or a closed pipe behind the log costs the lines, and nothing else. They are written at once, a megabyte at most is kept to be
 * tried again: what pino would write later it tries for ever when the process ends.
 */
function unheard() {}
for (const stream of [process.stdout, process.stderr]) stream.on('error', unheard);

/** Of an error what it is, and nothing that libraries hang on it: a row's values, a connection with its password. */
const described = (error: unknown) =>
  error instanceof Error
    ? {
        type: error.name,
        message: error.message,
        code: (error as { code?: unknown }).code,
        stack: error.stack,
        cause: error.cause instanceof Error ? error.cause.message : undefined,
      }
    : { message: String(error) };

/** The path of a request as it may be logged: tokens and queries are cut off, and so is a part that may be somebody's address. */
export const logPath = (path: string): string =>
  (path.split('?')[0] ?? '')
    .replace(/^\/(r|t|c|sign-in|unsubscribe|schedule)\/[^/]+/, '/$1/…')
    .replace(/\/[^/]*(?:@|%40)[^/]*/g, '/…');
