import type { Base } from '../../context.ts';
import type { Jobs } from '../../jobs/enqueue.ts';
import { tellingSql, tellingValues } from './telling.ts';

/** How many registrations a statement takes. */
const batch = 1000;

/**
 * Tells an announcement to those whom it is for, a thousand at a time. Begun again it goes on where it was: a notice is
 * named by announcement and registration. After all other mails in the queue, as one to everyone.
 */
export async function tellAnnouncement(
  base: Base,
  { job, announcement }: Jobs['tell_announcement'] & { job: string },
): Promise<number> {
  let told = 0;
  for (let after: number | null = 0; after !== null; ) {
    const found: { rows: { told: number; last: number | null }[] } = await base.db.$client.query({
      name: 'tell-announcement',
      text: `with page as (
        select r.id, r.person_id, r.event_id from announcements a join registrations r on r.event_id = a.event_id
        where a.id = $7::int and r.id > $8::int
          and (r.state = 'confirmed' or (a.audience = 'everyone' and r.state <> 'cancelled'))
        order by r.id limit $9::int
      ), wanted as (
        select concat_ws(':', 'announced', $7::int, id) key, 'announced' kind, person_id, event_id, id registration_id,
          jsonb_build_object('announcement', $7::int) data, id nr from page
      ), ${tellingSql}
      select (select count(*) from told)::int told, (select max(id) from page) last from queued`,
      values: [...tellingValues(base.now(), 10, job), announcement, after, batch],
    });
    told += found.rows[0]!.told;
    after = found.rows[0]!.last;
  }
  return told;
}
