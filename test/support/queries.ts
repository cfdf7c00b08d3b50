import type { PoolClient } from 'pg';
import type { Db } from '../../src/db/client.ts';

/** Runs work and gives how many statements it sent to the database, over both of its pools. */
export async function countQueries(db: Db, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const restore: (() => void)[] = [];
  const seen = new Set<PoolClient>();
  const watch = (client: PoolClient) => {
    if (seen.has(client)) return;
    seen.add(client);
    const { query } = client;
    client.query = function (this: PoolClient, ...given: unknown[]) {
      count++;
      return Reflect.apply(query, this, given);
    } as typeof query;
    restore.push(() => {
      client.query = query;
    });
  };
  const pools = [db.$client, db.$pipelined];
  for (const pool of pools) pool.on('acquire', watch);
  try {
    await work();
  } finally {
    for (const pool of pools) pool.off('acquire', watch);
    for (const undo of restore) undo();
  }
  return count;
}
