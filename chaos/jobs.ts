import type pg from 'pg';

/** No job is in hand or due, and none waits for another try. */
export const isIdle = (db: pg.Pool): Promise<boolean> =>
  db
    .query(
      'select from graphile_worker.jobs where locked_at is not null or run_at < now() or attempts > 0 limit 1',
    )
    .then(
      ({ rowCount }) => rowCount === 0,
      () => false,
    );

/** Looks every second how long a job has waited for its first try: `waited` is the longest, in milliseconds. */
export function watchJobs(db: pg.Pool): { waited(): number; stop(): Promise<void> } {
  let waited = 0;
  let looking = Promise.resolve();
  const look = async () => {
    const found = await db
      .query<{ waits: number }>(
        `select coalesce(max(extract(epoch from now() - greatest(run_at, created_at))) * 1000, 0)::float waits from graphile_worker.jobs
          where locked_at is null and attempts = 0 and run_at < now()`,
      )
      .catch(() => undefined);
    waited = Math.max(waited, Math.round(found?.rows[0]?.waits ?? 0));
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 1_000);
  return {
    waited: () => waited,
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
