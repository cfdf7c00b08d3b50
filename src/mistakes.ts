import { Unfit } from './db/fit.ts';
import { outageOf } from './db/outage.ts';
import { t } from './words/words.ts';

/** What an operator can mend, in one line: it names the variable, says what was wrong and what to do. */
export class ConfigError extends Error {}

const mistake = (key: string, data: object) => new ConfigError(t(`cli:mistakes.${key}`, { ...data }));

type Failure = NodeJS.ErrnoException & { hostname?: string };

/** Why the database cannot be used, where its operator can mend that; absent for what is a bug. `url`: DATABASE_URL. */
export function databaseMistake(error: unknown, url: string): ConfigError | undefined {
  if (error instanceof ConfigError) return error;
  const place = placeOf(url);
  if (error instanceof Unfit) return mistake(`database_${error.why}`, { ...place, version: error.version });
  for (const { code, message } of chain(error)) {
    const key = byCode[String(code)] ?? (/does not support SSL/.test(message) ? 'tls' : undefined);
    if (key) return mistake(`database_${key}`, { ...place, code });
  }
  const outage = outageOf(error);
  const [{ code, message } = error as Failure] = chain(error);
  return outage && mistake('database_away', { ...place, why: code ?? message });
}

/** By SQLSTATE and by the codes of Node's resolver. */
const byCode: Record<string, string> = {
  '3D000': 'missing',
  '28P01': 'login',
  '28000': 'login',
  '42501': 'rights',
  '53300': 'crowded',
  '57P03': 'starting',
  '25006': 'read_only',
  '53100': 'full',
  ENOTFOUND: 'unknown',
  EAI_AGAIN: 'unknown',
};

/** Where it is, without its password. */
function placeOf(url: string) {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  const where = host.startsWith('/') ? host : `${host}:${port || 5432}`;
  const user = decodeURIComponent(username);
  return { host, where, user, name: decodeURIComponent(pathname.slice(1)) || user };
}

/** An error with what caused it, outermost first. */
function chain(error: unknown): Failure[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [error, ...inner.flatMap(chain)];
}

/** Why DATA_DIR cannot be used. */
export function folderMistake(error: unknown, folder: string): ConfigError | undefined {
  const [{ code, message } = {} as Failure] = chain(error);
  if (/ENOSPC|EDQUOT|No space left|could not extend file/.test(`${code} ${message}`))
    return mistake('folder_full', { folder });
  if (/^(ENOTDIR|EEXIST|EISDIR)$/.test(String(code))) return mistake('folder_file', { folder });
  if (/^(EACCES|EPERM|EROFS|ENOENT)$/.test(String(code))) return mistake('folder_rights', { folder });
  return undefined;
}

/** Why our own database, below DATA_DIR, cannot be used. */
export function embeddedMistake(error: unknown, folder: string): ConfigError | undefined {
  const known = folderMistake(error, folder);
  if (known || !(error instanceof Error) || error.constructor !== Error) return known;
  return mistake('embedded', { why: error.message.split('\n')[0] });
}

/** Why nobody can be listened to. */
export function portMistake(
  error: unknown,
  { port, host }: { port: number; host: string },
): ConfigError | undefined {
  const { code } = error as Failure;
  if (code === 'EADDRINUSE') return mistake('port_taken', { port });
  if (code === 'EACCES') return mistake('port_forbidden', { port });
  if (/^(EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|EINVAL|EAFNOSUPPORT)$/.test(String(code)))
    return mistake('host', { host });
  return undefined;
}
