import type { Base, Ctx } from '../context.ts';
import { organisesSite } from '../services/organising/rules.ts';
import { ok, type Result, refuse } from '../shared/result.ts';

/** `waiting`: for its first try (or in hand); `failing`: tried, and tried again at `runAt`; `dead`: not tried any more. */
export const jobStates = ['waiting', 'failing', 'dead'] as const;
export type JobState = (typeof jobStates)[number];

/** A job as an organiser may see it. Payloads are not among it. */
export type JobRow = {
  id: string;
  kind: string;
  state: JobState;
  running: boolean;
  attempts: number;
  maxAttempts: number;
  runAt: Date;
  createdAt: Date;
  lastError: string | null;
};

export type JobCounts = Record<JobState, number> & { running: number };

/** Where a page of jobs ended: the next begins after it. */
export type JobCursor = { runAt: Date; id: string };

/** A condition on graphile-worker's public view of its jobs. */
const are: Record<JobState, string> = {
  waiting: 'attempts < max_attempts and last_error is null or locked_at is not null',
  failing: 'attempts < max_attempts and last_error is not null and locked_at is null',
  dead: 'attempts >= max_attempts and locked_at is null',
};

/** Jobs of one state, the next to run (or, of dead ones, the longest dead) first. Refuses: not_site_organiser. */
export async function listJobs(
  ctx: Ctx,
  state: JobState,
  limit: number,
  after?: JobCursor,
): Promise<Result<JobRow[]>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_site_organiser');
  const found = await ctx.db.$client.query<JobRow>(
    `select id, task_identifier kind, $1::text state, locked_at is not null running, attempts,
        max_attempts "maxAttempts", run_at "runAt", created_at "createdAt", last_error "lastError"
      from graphile_worker.jobs
      where (${are[state]}) and (date_trunc('milliseconds', run_at), id) > ($2::timestamptz, $3::bigint)
      order by date_trunc('milliseconds', run_at), id limit $4`,
    [state, after?.runAt ?? '-infinity', after?.id ?? 0, limit],
  );
  return ok(found.rows);
}

/** How many jobs there are of each state. Refuses: not_site_organiser. */
export async function countJobs(ctx: Ctx): Promise<Result<JobCounts>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_site_organiser');
  const counts = jobStates.map((state) => `count(*) filter (where ${are[state]})::int "${state}"`);
  const found = await ctx.db.$client.query<JobCounts>(
    `select ${counts.join(', ')}, count(*) filter (where locked_at is not null)::int running
      from graphile_worker.jobs`,
  );
  return ok(found.rows[0]!);
}

/** How large the database is, in bytes, its largest tables, and for how many seconds the job has waited that should have run first. */
export type Sizes = {
  bytes: number;
  tables: { name: string; bytes: number; rows: number }[];
  oldestJob: number;
};

/** The same for organisers. Refuses: not_site_organiser. */
export async function jobSizes(ctx: Ctx): Promise<Result<Sizes>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_site_organiser');
  return ok(await sizesOf(ctx));
}

/** Rows are Postgres' own estimate. A table counts with its indexes. */
export async function sizesOf({ db, now }: Pick<Base, 'db' | 'now'>): Promise<Sizes> {
  const found = await db.$client.query<Sizes>(
    `select pg_database_size(current_database())::float8 bytes,
      (select coalesce(json_agg(one), '[]') from (
        select c.relname name, pg_total_relation_size(c.oid) bytes,
          greatest(c.reltuples, coalesce(s.n_live_tup, 0), 0)::float8 "rows"
        from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_stat_all_tables s on s.relid = c.oid
        where c.relkind = 'r' and n.nspname in ('public', 'graphile_worker') order by 2 desc, 1 limit 12) one) tables,
      (select coalesce(greatest(0, extract(epoch from $1::timestamptz - min(run_at))), 0)::int from graphile_worker.jobs
        where attempts < max_attempts and locked_at is null and run_at <= $1) "oldestJob"`,
    [now()],
  );
  return found.rows[0]!;
}
