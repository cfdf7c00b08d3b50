import type { Socket } from 'node:net';
import pg from 'pg';
import { boundAsked } from './binding.ts';

/** How long anything that is asked of the database may take. Milliseconds. */
export type Limits = {
  /** Until a new connection is there. */
  connect: number;
  /** Until others give one back: longer, as in a rush everybody is served in turn. */
  wait: number;
  /** Until Postgres itself gives a statement up; waiting for locks counts. */
  statement: number;
  /** Until a statement without an answer is given up here, its connection with it. */
  answer: number;
  /** Until Postgres ends a transaction that asks nothing more: a program that vanished holds its locks no longer. */
  idle: number;
};

/** For pages, chats and jobs, which have more than one statement to wait for. */
export const usual: Limits = {
  connect: 5_000,
  wait: 30_000,
  statement: 15_000,
  answer: 17_000,
  idle: 15_000,
};

/** For migrations and the command line, where one statement may do a great deal. */
export const patient: Limits = {
  connect: 10_000,
  wait: 60_000,
  statement: 600_000,
  answer: 610_000,
  idle: 600_000,
};

/** What node-postgres is told for these limits. With `settings`, a host that vanished is noticed within seconds, by us and by Postgres. */
export const options = (url: string, name: string, limits: Limits = usual) => ({
  connectionString: url,
  application_name: name,
  connectionTimeoutMillis: limits.connect,
  query_timeout: limits.answer,
  keepAlive: true,
  keepAliveInitialDelayMillis: 4_000,
});

/**
 * What a new connection asks first: what Postgres itself does for these limits. As parameters of the connection's start a pgbouncer would
 * refuse them.
 */
export const settings = (limits: Limits = usual): string =>
  Object.entries({
    statement_timeout: limits.statement,
    idle_in_transaction_session_timeout: limits.idle,
    tcp_keepalives_idle: 4,
    tcp_keepalives_interval: 2,
    tcp_keepalives_count: 3,
    tcp_user_timeout: 10_000,
  })
    .map(([name, value]) => `set ${name} = ${value}`)
    .join(';');

/** What node-postgres says when a statement has got no answer. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout';

/**
 * A connection on which a statement got no answer is broken: node-postgres alone would have the next statement wait behind it. This one is
 * cut, and emits `silent`.
 */
export class Connection extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the many forms of node-postgres' own method.
  override query(...asks: any[]): any {
    const args = boundAsked(asks);
    const told = args.at(-1);
    if (typeof told === 'function')
      args[args.length - 1] = (error: unknown, result: unknown) => {
        this.#look(error);
        told(error, result);
      };
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const given = (super.query as any)(...args);
    if (given instanceof Promise) given.catch((error) => this.#look(error));
    return given;
  }

  #look(error: unknown) {
    if (isSilence(error)) cut(this);
  }
}

/**
 * Ends a connection that does not answer, without a goodbye, for which the other side would have to be there. What was asked on it fails at
 * once; it emits `silent`.
 */
export function cut(client: pg.ClientBase): void {
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  client.emit('silent');
}

/**
 * A pool whose connections may break at any time, lent or not, without ending the process. Where one has fallen silent, those that idle are
 * as old and are let go of: the next statement gets a new one.
 */
export function poolOf(
  url: string,
  name: string,
  { limits = usual, ...more }: { max: number; pipeline?: boolean; limits?: Limits },
  onError: (error: Error) => void,
): pg.Pool {
  const given = { ...options(url, name, limits), ...more };
  // A pool has one limit for both: its connections are to keep to the shorter one.
  class Own extends Connection {
    constructor() {
      super(given);
    }
  }
  const pool = new pg.Pool({
    ...given,
    connectionTimeoutMillis: limits.wait,
    Client: Own,
    onConnect: (client: pg.ClientBase) =>
      client.query({ text: settings(limits), query_timeout: limits.connect } as pg.QueryConfig),
  } as pg.PoolConfig);
  const dropIdle = () => {
    for (let left = pool.idleCount; left > 0; left--)
      pool.connect().then((client) => client.release(true), onError);
  };
  // The same error as the connection itself tells.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', onError).on('silent' as 'end', dropIdle));
  return pool;
}
