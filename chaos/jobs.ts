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

/** The longest that a job has waited for its first try, in milliseconds, and what kind it is. */
export type Waited = { task: string; waits: number };

/** Looks every second how long jobs wait. */
export function watchJobs(db: pg.Pool): { waited(): Waited; stop(): Promise<void> } {
  let longest: Waited = { task: 'none', waits: 0 };
  let looking = Promise.resolve();
  const look = async () => {
    const found = await db
      .query<Waited>(
        `select task_identifier task, round(extract(epoch from now() - greatest(run_at, created_at)) * 1000)::int waits
          from graphile_worker.jobs where locked_at is null and attempts = 0 and run_at < now() order by waits desc limit 1`,
      )
      .catch(() => undefined);
    const [row] = found?.rows ?? [];
    if (row && row.waits > longest.waits) longest = row;
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 1_000);
  return {
    waited: () => longest,
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
