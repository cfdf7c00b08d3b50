import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../log.ts';

type Work = { stop(): Promise<void> };

type Options = {
  url: string;
  log: Log;
  /** Begins what one process alone may do; `stop` of what comes back ends it. */
  begin(): Promise<Work>;
  /** Off in tests that show what it is for. */
  alone?: boolean;
};

/** The advisory lock of whoever speaks: two numbers that nothing else locks. */
const lock = [7287, 5] as const;

/** How often it is asked for, how often it is looked at, and how long a process without the database goes on. Milliseconds. */
const [askEvery, lookEvery, patience] = [1_500, 1_000, 2_000];

/** A host that vanished says no goodbye: Postgres gives its lock away after so long, in seconds and milliseconds. */
const keepAlive = `set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 2;
  set tcp_user_timeout = 8000`;

/**
 * Of several processes one speaks, the others stand by: a session of Postgres holds a lock for as long as its process lives. Whoever loses
 * the database tries to get the lock again, and stops at once when another one has it, or soon when it cannot ask. Comes back when it is
 * clear who speaks.
 */
export async function takeLead(options: Options): Promise<Work & { leads(): boolean }> {
  const closed = new AbortController();
  let work: Work | undefined;
  let settled: () => void = () => {};
  const clear = new Promise<void>((resolve) => {
    settled = resolve;
  });
  const speak = async () => {
    options.log.info('this process speaks for the bot now');
    work = await options.begin();
  };
  const fallSilent = async (why: string) => {
    if (!work) return;
    options.log.warn(`this process stops speaking for the bot: ${why}`);
    const ended = work;
    work = undefined;
    await ended.stop().catch((error) => options.log.warn({ err: error }, 'the bot did not stop in order'));
  };
  const endWork = async () => {
    const ended = work;
    work = undefined;
    await ended?.stop();
  };
  const running = stand({ ...options, closed: closed.signal, speak, fallSilent, settled: () => settled() });
  running.catch(() => {});
  await Promise.race([clear, running]);
  return {
    leads: () => work !== undefined,
    stop: async () => {
      // First what it says, then the lock: whoever comes next must find the network free.
      await endWork();
      closed.abort();
      await running.catch(() => {});
      // It may have begun in the meantime.
      await endWork();
    },
  };
}

type Stand = Options & {
  closed: AbortSignal;
  speak(): Promise<void>;
  fallSilent(why: string): Promise<void>;
  settled(): void;
};

async function stand({ url, log, alone = true, closed, speak, fallSilent, settled }: Stand): Promise<void> {
  let speaks = false;
  let told = false;
  let clear = false;
  let lostAt = performance.now();
  while (!closed.aborted) {
    const session = await openSession(url).catch(() => undefined);
    const mine = session && (!alone || (await hasLock(session)));
    if (session && mine) {
      // What fails at the very first time fails the start; later there is another time.
      if (!speaks && !closed.aborted) speaks = await speak().then(() => true, rethrowUnless(clear, log));
      clear = true;
      settled();
      if (speaks) await stillThere(session, closed);
      lostAt = performance.now();
    } else if (speaks && (mine === false || performance.now() - lostAt > patience)) {
      speaks = false;
      await fallSilent(mine === false ? 'another process does' : 'the database is away');
    }
    if (mine === false && !told) log.info('another process speaks for the bot, this one stands by');
    told = mine === false;
    if (mine === false) {
      clear = true;
      settled();
    }
    await session?.end().catch(() => {});
    if (!closed.aborted) await sleep(speaks ? 300 : askEvery, undefined, { signal: closed }).catch(() => {});
  }
}

const rethrowUnless =
  (clear: boolean, log: Log) =>
  (error: unknown): false => {
    if (!clear) throw error;
    log.error({ err: error }, 'this process could not begin to speak for the bot');
    return false;
  };

async function openSession(url: string): Promise<pg.Client> {
  const session = new pg.Client({
    connectionString: url,
    application_name: 'turnout lead',
    keepAlive: true,
    connectionTimeoutMillis: 3_000,
    query_timeout: 2_000,
  });
  session.on('error', () => {});
  try {
    await session.connect();
    await session.query(keepAlive);
    return session;
  } catch (error) {
    session.end().catch(() => {});
    throw error;
  }
}

const hasLock = (session: pg.Client): Promise<boolean | undefined> =>
  session.query('select pg_try_advisory_lock($1, $2) mine', [...lock]).then(
    ({ rows }) => rows[0].mine as boolean,
    () => undefined,
  );

/** Resolves when the session is gone, does not answer any more, or is not needed any more. */
async function stillThere(session: pg.Client, closed: AbortSignal): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  session.on('error', end).on('end', end);
  closed.addEventListener('abort', end);
  if (closed.aborted) end();
  while (!over.signal.aborted) {
    await sleep(lookEvery, undefined, { signal: over.signal }).catch(() => {});
    if (!over.signal.aborted) await session.query('select 1').catch(end);
  }
}
