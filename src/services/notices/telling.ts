import { attempts } from '../../jobs/enqueue.ts';
import { kindsWith } from './rules.ts';

const notMailed = kindsWith((rule) => rule.mail === 'no').join();

/**
 * The end of a statement whose `wanted` gives (key, kind, person_id, event_id, registration_id, data, nr) with `nr` in the
 * order in which things came about. Makes the notices that are not there yet, and a job for each mailbox and chat address that
 * is to have them (one for all that it is to be told): all or nothing, and nothing twice, as only a new row has jobs. Whether a mail is due is
 * asked when it is sent. `$1` to `$6` are `tellingValues`.
 *
 * Nobody is written to on a terminal, or by way of a gateway that cannot be. An address that registered somebody and is not proved to be theirs is told of that registration alone.
 */
export const tellingSql = `told as (
  insert into notices (key, kind, person_id, event_id, registration_id, data, created_at)
  select key, kind, person_id, event_id, registration_id, data || jsonb_build_object('job', $6::text), $1::timestamptz from wanted order by nr
  on conflict (key) do nothing
  returning id, kind, person_id, registration_id
), to_chat as (
  insert into chat_notices (notice_id, address_id) select t.id, a.id
  from told t left join registrations r on r.id = t.registration_id join addresses a on a.person_id = t.person_id
  where a.stopped_at is null and a.uri !~ '^(term|imified):' and (a.linked_at is not null or a.id = r.address_id) and t.kind = any($2::text[])
    and (t.kind <> all($3::text[]) or a.id is distinct from r.address_id)
    and (t.kind <> 'cancelled' or r.cancelled_by is distinct from 'self')
  returning address_id
), jobs as (
  select 'mail_notice' task, json_build_object('notice', id) payload from told where kind <> all('{${notMailed}}')
  union all
  select 'chat_notice', json_build_object('address', address_id) from (select distinct address_id from to_chat) one
), queued as (
  select count(*) from (
    select array_agg(row(task, payload, null, null, $4::smallint, null, $5::smallint, null)::graphile_worker.job_spec) specs
    from jobs
  ) one, lateral graphile_worker.add_jobs(one.specs) where one.specs is not null
)`;

/** `priority`: smaller is sooner. */
export const tellingValues = (now: Date, priority: number, job: string) => [
  now,
  kindsWith((rule) => rule.chat !== 'no'),
  kindsWith((rule) => rule.chat === 'others'),
  attempts,
  priority,
  job,
];
