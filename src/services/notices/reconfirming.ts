import type { Base } from '../../context.ts';
import type { Jobs } from '../../jobs/enqueue.ts';
import { planReconfirm } from '../../jobs/planned.ts';
import { eventById } from '../events/queries.ts';
import { stepNow } from '../registrations/rules.ts';
import { tellingSql, tellingValues } from './telling.ts';

/** How many registrations a statement takes. */
const batch = 1000;

/** Whoever registered in these last hours has just said that they come. */
const fresh = 12;

/**
 * Asks those who have places and have not said yes whether they still come, a thousand at a time. Begun again it goes on where
 * it was: a notice is named by event, step and registration. Asked too late for a step that a later one has overtaken, it asks nobody.
 */
export async function askReconfirm(
  base: Base,
  { job, event, hours }: Jobs['ask_reconfirm'] & { job: string },
): Promise<number> {
  const found = await eventById(base.db, event);
  const step = found && stepNow(found, hours, base.now());
  // It came too early, or by night: it is planned again.
  if (step?.kind === 'later') await planReconfirm(base.db, event, hours, step.at);
  if (step?.kind !== 'ask') return 0;
  let told = 0;
  for (let after: number | null = 0; after !== null; ) {
    const page: { rows: { told: number; last: number | null }[] } = await base.db.$client.query({
      name: 'ask-reconfirm',
      text: `with page as (
        select id, person_id, event_id, confirmed_at from registrations
        where event_id = $7::int and state = 'confirmed' and reconfirmed_at is null and id > $9::int order by id limit $10::int
      ), due as (
        select * from page where confirmed_at is null or confirmed_at < $1::timestamptz - make_interval(hours => $11::int)
      ), marked as (
        update registrations r set reconfirm_asked_at = $1::timestamptz from due where r.id = due.id returning r.id
      ), wanted as (
        select concat_ws(':', 'reconfirm', $7::int, $8::int, id) key, 'reconfirm' kind, person_id, event_id, id registration_id,
          '{}'::jsonb data, id nr from due
      ), ${tellingSql}
      select (select count(*) from told)::int told, (select max(id) from page) last from queued`,
      values: [...tellingValues(base.now(), 10, job), event, hours, after, batch, fresh],
    });
    told += page.rows[0]!.told;
    after = page.rows[0]!.last;
  }
  return told;
}
