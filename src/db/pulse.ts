import type pg from 'pg';
import type { Db } from './client.ts';

/** Whether the database answers, as far as this process's connections can tell. */
export type Pulse = {
  /** Asks on both kinds of connections; false when one has no answer after so many milliseconds. */
  beats(limit: number): Promise<boolean>;
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
  const ask = (limit: number) => Promise.all(pools.map((pool) => answers(pool, limit))).then(all, none);
  /** However many want to know at the same time, it is asked once. */
  let asked: Promise<boolean> | undefined;
  return {
    beats: (limit) => {
      asked ??= ask(limit).finally(() => {
        asked = undefined;
      });
      return asked;
    },
    last: () => last,
  };
}

const [all, none] = [(ones: boolean[]) => ones.every(Boolean), () => false];

async function answers(pool: pg.Pool, limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    // A process that was busy itself reads what has come in the meantime first.
    timer = setTimeout(() => setImmediate(() => setImmediate(resolve, false)), limit);
  });
  // A connection that leaves this out is cut, and those that idle are let go of.
  const query = { text: 'select 1', query_timeout: limit } as pg.QueryConfig;
  const asked = pool.query(query).then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
