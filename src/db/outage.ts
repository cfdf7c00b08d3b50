/**
 * Why something could not be done although nothing is wrong with it. `away`: the database cannot be reached, or is not ready; `busy`: it has
 * no connection or no time left; `full`: a disk is.
 */
export type Outage = 'away' | 'busy' | 'full';

/** SQLSTATEs (Postgres' appendix A) and the codes of Node's sockets and files, by their beginnings. */
const codes: [Outage, RegExp][] = [
  ['full', /^(53100|58030|ENOSPC|EDQUOT)$/],
  // Too many connections, no memory; a statement or a lock that took too long; files that cannot be opened.
  ['busy', /^(53...|57014|55P03|25P0[34]|EMFILE|ENFILE)$/],
  // A connection that broke; a server that starts, stops or has become a copy; one that does not let us in.
  ['away', /^(08...|57P0.|25006|28...|3D000)$/],
  ['away', /^(ECONN(REFUSED|RESET)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|E(HOST|NET)(UNREACH|DOWN))$/],
];

/** What node-postgres says without a code. */
const sentences: [Outage, RegExp][] = [
  ['busy', /^(timeout exceeded when trying to connect|Query read timeout)$/],
  [
    'away',
    /^(Connection terminated\b|timeout expired$|Client (has encountered|was closed)|Cannot use a pool)/,
  ],
];

type Thrown = { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown; syscall?: unknown };

/** The outage that made an error, itself or as its cause; undefined for what is a bug. */
export function outageOf(error: unknown, depth = 0): Outage | undefined {
  if (typeof error !== 'object' || error === null || depth > 5) return undefined;
  if (error instanceof NoAnswer) return error.outage;
  const { code, message, cause, errors, syscall } = error as Thrown;
  const known =
    codes.find(([, shape]) => shape.test(String(code)))?.[0] ??
    sentences.find(([, shape]) => shape.test(String(message)))?.[0] ??
    // The socket of a Postgres that is not running.
    (syscall === 'connect' ? 'away' : undefined);
  if (known) return known;
  for (const inner of [cause, ...(Array.isArray(errors) ? errors : [])]) {
    const found = outageOf(inner, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** A piece of work that was given up after so many seconds. */
export class GivenUp extends Error {
  readonly code = '57014';
}

/** A database of which nothing was heard while somebody waited for it. */
export class NoAnswer extends Error {
  readonly outage: Outage;
  constructor(outage: Outage) {
    super('the database does not answer');
    this.outage = outage;
  }
}
