import type { Base, Ctx } from '../context.ts';
import { limitsOf } from '../services/limits/limits.ts';
import type { Reached } from '../services/limits/rules.ts';
import { organisesSite } from '../services/organising/rules.ts';
import { ok, type Result, refuse } from '../shared/result.ts';
import { enqueue, type Jobs } from './enqueue.ts';

/** Mails that the site holds, as it has mailed so many addresses that nobody has proved; `until`: when the first of them go by themselves. */
export type Held = { count: number; until: Date };

export type MailJob = 'mail_notice' | 'mail_sign_in' | 'mail_chat_code' | 'mail_invitation';

/** Puts a mail off until its limit has one left. */
export async function hold<J extends MailJob>(
  base: Base,
  job: J,
  payload: Jobs[J],
  { limit, until }: Reached,
): Promise<void> {
  const which = createKey(job, payload);
  await enqueue(base.db, job, payload, { key: `held:${limit}:${which}`, runAt: until });
  const about = { limit, until, most: limitsOf(base)[limit].most };
  if (limit === 'site_mail') base.log.warn(about, 'a mail to an address that nobody has proved is held');
  else base.log.info(about, 'a mail is held');
}

const createKey = (job: MailJob, payload: object): string =>
  [job, ...Object.values(payload).filter((one) => typeof one !== 'boolean')].join(':');

const held = `from graphile_worker.jobs where key like 'held:site\\_mail:%' and locked_at is null`;

/** What the site holds just now; undefined: nothing. */
export async function heldMails({ db }: Pick<Base, 'db'>): Promise<Held | undefined> {
  const found = await db.$client.query<Held>(`select count(*)::int count, min(run_at) until ${held}`);
  const row = found.rows[0]!;
  return row.count > 0 ? row : undefined;
}

/**
 * Lets all held mails go, whatever their number, and begins to count anew. Gives how many there were.
 * Refuses: not_site_organiser.
 */
export async function letHeldMailsGo(ctx: Ctx): Promise<Result<number>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_site_organiser');
  const found = await ctx.db.$client.query(
    `with counted as (delete from limits where key like 'site\\_mail:%'), held as (
      select j.id, t.identifier, j.payload, j.key, j.max_attempts from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
      where j.key like 'held:site\\_mail:%' and j.locked_at is null
    ) select graphile_worker.add_job(identifier, (payload::jsonb || '{"counted": true}')::json, job_key => key,
        max_attempts => max_attempts) from held`,
  );
  const count = found.rowCount ?? 0;
  ctx.log.warn({ by: ctx.actor.personId, count }, 'an organiser has let held mails go');
  return ok(count);
}
