import type { Base } from '../../context.ts';
import type { NoticeKind } from './rules.ts';

/**
 * What a chat address is to be told by this job of the queue, first to last: what the job took before, when it is run again, else all that
 * no other job has taken; `only`: of these kinds. `since`: when the first of them came about.
 */
export async function takeForChat(
  base: Base,
  address: number,
  job: string,
  only?: NoticeKind[],
): Promise<{ notices: number[]; since: Date } | undefined> {
  const found = await base.db.$client.query<{ notices: number[]; since: Date | null }>({
    name: 'chat-take',
    text: `with mine as (
      select notice_id from chat_notices where address_id = $1 and claimed_by = $2::bigint and sent_at is null
    ), taken as (
      update chat_notices set claimed_by = $2::bigint
      where address_id = $1 and sent_at is null and claimed_by is null and not exists (select from mine)
        and ($3::text[] is null or exists (select from notices n where n.id = notice_id and n.kind = any($3::text[])))
      returning notice_id
    )
    select array_agg(n.id order by n.id) notices, min(n.created_at) since
    from (select notice_id from mine union select notice_id from taken) one join notices n on n.id = one.notice_id`,
    values: [address, job, only ?? null],
  });
  const { notices, since } = found.rows[0]!;
  return since ? { notices, since } : undefined;
}

/** Marks that the chat network has taken them. */
export async function markChatted(base: Base, address: number, notices: number[]): Promise<void> {
  await base.db.$client.query({
    name: 'chat-mark',
    text: `with marked as (
      update chat_notices set sent_at = $3 where address_id = $1 and notice_id = any($2::int[])
    ) update notices set chatted_at = coalesce(chatted_at, $3) where id = any($2::int[])`,
    values: [address, notices, base.now()],
  });
}

/** They are not told there any more. */
export async function dropForChat(base: Base, address: number, notices?: number[]): Promise<void> {
  await base.db.$client.query({
    name: 'chat-drop',
    text: `delete from chat_notices where address_id = $1 and sent_at is null and notice_id = any(coalesce($2::int[], array(
      select notice_id from chat_notices where address_id = $1)))`,
    values: [address, notices ?? null],
  });
}

/** Has them mailed by whoever runs the mail's jobs, as the chat cannot be reached; what was mailed is not mailed again. */
export async function mailInstead(base: Base, address: number, notices: number[]): Promise<void> {
  await base.db.$client.query({
    name: 'chat-instead',
    text: `with dropped as (
      delete from chat_notices where address_id = $1 and notice_id = any($2::int[]) and sent_at is null returning notice_id
    ) select graphile_worker.add_job('mail_notice', json_build_object('notice', notice_id, 'instead', true)) from dropped`,
    values: [address, notices],
  });
}
