import type { Ctx } from '../context.ts';
import { organisesSite } from '../services/organising/rules.ts';
import { ok, type Result, refuse } from '../shared/result.ts';

/** Tries a job again at once, from its first attempt. Refuses: not_site_organiser, job_unknown. */
export const retryJob = (ctx: Ctx, id: string): Promise<Result<null>> =>
  change(ctx, id, 'select 1 from graphile_worker.reschedule_jobs(array[$1::bigint], now(), null, 0)');

/** Drops a job: what it was to do is not done. Refuses: not_site_organiser, job_unknown. */
export const dropJob = (ctx: Ctx, id: string): Promise<Result<null>> =>
  change(ctx, id, 'select 1 from graphile_worker.complete_jobs(array[$1::bigint])');

/** Tries all dead jobs again; gives how many there were. Refuses: not_site_organiser. */
export async function retryDeadJobs(ctx: Ctx): Promise<Result<number>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_site_organiser');
  const found = await ctx.db.$client.query<{ retried: number }>(
    `select count(*)::int retried from graphile_worker.reschedule_jobs(array(
      select id from graphile_worker.jobs where attempts >= max_attempts and locked_at is null), now(), null, 0)`,
  );
  return ok(found.rows[0]!.retried);
}

/** A job that is in hand just now is left alone, and counts as not there. */
async function change(ctx: Ctx, id: string, statement: string): Promise<Result<null>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_site_organiser');
  const found = /^\d{1,18}$/.test(id) ? await ctx.db.$client.query(statement, [id]) : undefined;
  return found?.rowCount ? ok(null) : refuse('not_found', 'job_unknown');
}
