import type { Base } from '../context.ts';
import { seed } from './lifeline.ts';

/**
 * graphile-worker keeps a job locked for four hours when its worker was killed. Every live worker looks for locks whose
 * runner gives no sign of life (see lifeline.ts), and frees them when they are still there at the next look: a runner
 * that has just started, or has lost its connection for a moment, is not robbed of its job.
 */
export function makeReaper(base: Base): { look(): Promise<string[]> } {
  let suspects = new Set<string>();
  return {
    async look() {
      const silent = await silentRunners(base);
      const dead = silent.filter((runner) => suspects.has(runner));
      suspects = new Set(silent.filter((runner) => !dead.includes(runner)));
      if (dead.length === 0) return [];
      await base.db.$client.query('select graphile_worker.force_unlock_workers($1::text[])', [dead]);
      base.log.warn({ runners: dead }, 'jobs of a worker that died are free again');
      return dead;
    },
  };
}

/** Runners that hold a job and no advisory lock. The key of such a lock stands in pg_locks as two halves. */
async function silentRunners(base: Base): Promise<string[]> {
  const found = await base.db.$client.query<{ runner: string }>({
    name: 'silent-runners',
    text: `select distinct locked_by runner from graphile_worker.jobs
      where locked_by is not null and hashtextextended(locked_by, $1) not in (
        select (classid::bigint << 32) | objid::bigint from pg_locks
        where locktype = 'advisory' and objsubid = 1
          and database = (select oid from pg_database where datname = current_database()))`,
    values: [seed],
  });
  return found.rows.map((row) => row.runner);
}
