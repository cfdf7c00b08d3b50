import pg from 'pg';
import type { Db } from './client.ts';
import { isSilence } from './connection.ts';
import { type Outage, outageOf } from './outage.ts';

/** Whether the database answers, as far as this process's connections can tell. */
export type Pulse = {
  /** Asks on both kinds of connections; gives what is wrong when one has no answer after so many milliseconds, undefined when all is well. */
  outage(limit: number): Promise<Outage | undefined>;
  /** When anybody last had an answer, by `performance.now()`. */
  last(): number;
};

const pulses = new WeakMap<Db, Pulse>();

/** The pulse of the database behind these connections. */
export function pulseOf(db: Db): Pulse {
  const pulse = pulses.get(db) ?? pulseFor([db.$client, db.$pipelined]);
  pulses.set(db, pulse);
  return pulse;
}

function pulseFor(pools: pg.Pool[]): Pulse {
  let last = 0;
  for (const pool of pools)
    pool.on('release', (error) => {
      if (!error) last = performance.now();
    });
  const ask = async (limit: number) => {
    const crowded = pools.find((pool) => pool.waitingCount > 0);
    const fresh = crowded && outageOfMore(crowded, limit);
    const found = (await Promise.all(pools.map((pool) => outageIn(pool, limit)))).find(Boolean);
    return found && ((await fresh) ?? found);
  };
  /** However many want to know at the same time, it is asked once. */
  let asked: Promise<Outage | undefined> | undefined;
  return {
    outage: (limit) => {
      asked ??= ask(limit).finally(() => {
        asked = undefined;
      });
      return asked;
    },
    last: () => last,
  };
}

async function outageIn(pool: pg.Pool, limit: number): Promise<Outage | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outage>((resolve) => {
    // A process that was busy itself reads what has come in the meantime first.
    timer = setTimeout(() => setImmediate(() => setImmediate(resolve, 'away')), limit);
  });
  // A connection that leaves this out is cut, and those that idle are let go of.
  const query = { text: 'select 1', query_timeout: limit } as pg.QueryConfig;
  const asked = pool.query(query).then(
    () => undefined,
    (error) => (isSilence(error) ? 'away' : (outageOf(error) ?? 'away')),
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

/**
 * Whoever has to wait for one of our connections does not learn why: one more tells whether the database is there, and all that it has
 * or we may have are taken.
 */
async function outageOfMore(pool: pg.Pool, limit: number): Promise<Outage> {
  const one = new pg.Client({ ...pool.options, connectionTimeoutMillis: limit });
  one.on('error', () => {});
  try {
    await one.connect();
    return 'busy';
  } catch (error) {
    return outageOf(error) ?? 'away';
  } finally {
    one.end().catch(() => {});
  }
}
