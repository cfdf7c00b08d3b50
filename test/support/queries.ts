import type { Base } from '../../src/context.ts';

/**
 * Counts the statements that the work sends over the connections of this process, those of the middleware (session, person)
 * included; what Postgres does inside one statement is one.
 */
export async function countQueries(base: Base, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const pools = [base.db.$client, base.db.$pipelined];
  const stops = pools.map((pool) => {
    const seen = new Map<object, unknown>();
    // Each time a connection is taken: those that were open before are met then too.
    const onAcquire = (client: { query: (...all: unknown[]) => unknown }) => {
      if (seen.has(client)) return;
      const { query } = client;
      seen.set(client, query);
      client.query = (...all) => {
        count++;
        return query.apply(client, all);
      };
    };
    pool.on('acquire', onAcquire as never);
    return () => {
      pool.off('acquire', onAcquire as never);
      for (const [client, query] of seen) Object.assign(client, { query });
    };
  });
  try {
    await work();
  } finally {
    for (const stop of stops) stop();
  }
  return count;
}
