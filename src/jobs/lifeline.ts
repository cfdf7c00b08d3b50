import pg from 'pg';
import type { Log } from '../log.ts';
import { every } from './timer.ts';

/**
 * A sign of life that cannot outlive its process: a session of its own that holds an advisory lock for each of the
 * process's runners. However the process ends, Postgres lets go of them.
 */
export type Lifeline = {
  hold(runner: string): Promise<void>;
  drop(runner: string): Promise<void>;
  stop(): Promise<void>;
};

/** Any number that no other advisory lock is hashed with. */
export const seed = 7_287_002;

/** A host that vanished says no goodbye: without these it would seem to live for two hours. Seconds. */
const keepAlive =
  'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';

export function openLifeline(url: string, log: Log): Lifeline {
  const held = new Set<string>();
  const locked = new Set<string>();
  let client: pg.Client | undefined;
  let work = Promise.resolve();

  const lost = (broken: pg.Client, error?: Error) => {
    if (client !== broken) return;
    client = undefined;
    locked.clear();
    if (held.size > 0) log.warn({ err: error }, 'the sign of life was lost');
  };
  const leave = (broken: pg.Client) => {
    lost(broken);
    broken.end().catch(() => {});
  };
  const connect = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'turnout life',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    fresh.on('error', (error) => lost(fresh, error)).on('end', () => lost(fresh));
    await fresh.connect();
    await fresh.query(keepAlive);
    return fresh;
  };
  let stopped = false;
  const tend = async () => {
    if (stopped) return;
    const wanted = [...held];
    if (wanted.length > 0) client ??= await connect();
    // Until Postgres has noticed the end of a broken session of ours, that one's lock says that we live.
    for (const runner of wanted)
      if (!locked.has(runner) && (await tryLock(client!, runner))) locked.add(runner);
    for (const runner of locked)
      if (!held.has(runner) && (await unlock(client!, runner))) locked.delete(runner);
  };
  /** One after the other: a connection answers one statement at a time. */
  const tendNext = () => {
    work = work.then(tend).catch((error) => {
      log.warn({ err: error }, 'no sign of life could be given');
      // A connection that does not answer may be gone without a word: the next sign goes over another.
      if (client) leave(client);
    });
    return work;
  };
  const timer = every(1000, tendNext, log);
  return {
    hold(runner) {
      held.add(runner);
      return tendNext();
    },
    drop(runner) {
      held.delete(runner);
      return tendNext();
    },
    async stop() {
      held.clear();
      await timer.stop();
      // What is being asked on the connection is answered first; the session's end then lets go of every lock.
      stopped = true;
      await work;
      await client?.end().catch(() => {});
    },
  };
}

const tryLock = (client: pg.Client, runner: string) => ask(client, 'pg_try_advisory_lock', runner);
const unlock = (client: pg.Client, runner: string) => ask(client, 'pg_advisory_unlock', runner);

async function ask(client: pg.Client, what: 'pg_try_advisory_lock' | 'pg_advisory_unlock', runner: string) {
  const found = await client.query(`select ${what}(hashtextextended($1, $2)) done`, [runner, seed]);
  return found.rows[0].done === true;
}
