import type { Base } from '../../context.ts';
import type { Jobs } from '../../jobs/enqueue.ts';
import { tellingSql, tellingValues } from './telling.ts';

/** After the answers to what people did, before mails to everyone. */
const priority = 5;

/**
 * Tells whom it concerns what became of sessions: of all changes of an event's grid that nobody has been told of, first to
 * last, one notice a person. Those who starred a session (and have proved who they are) and its hosts are told, but not who made the last change of it.
 * One statement: run again it finds nothing, and what is changed meanwhile has a job of its own. Gives how many were told.
 */
export async function tellGrid(
  base: Base,
  { event, job }: Jobs['tell_grid'] & { job: string },
): Promise<number> {
  const found = await base.db.$client.query<{ told: number }>({
    name: 'tell-grid',
    text: `with event as materialized (
      select id, grid_told, state = 'published' and ends_at > $1::timestamptz living
      from events where id = $7::int for no key update
    ), changes as (
      select c.* from event join grid_changes c on c.event_id = event.id and c.id > event.grid_told
    ), marked as (
      update events set grid_told = greatest(events.grid_told, (select max(id) from changes))
      from event where events.id = event.id
    ), net as (
      select session_id, (array_agg(before order by id))[1] before, (array_agg(after order by id desc))[1] after,
        (array_agg(kind order by id desc))[1] kind, (array_agg(person_id order by id desc))[1] person_id
      from changes group by session_id
    ), moved as (
      select net.* from net, event
      where event.living and (before is distinct from after or kind = 'withdrawn')
        and coalesce((coalesce(after, before)->>'endsAt')::timestamptz > $1::timestamptz, true)
    ), concerned as (
      select session_id, person_id from session_hosts
      union select x.session_id, x.person_id from stars x join people p on p.id = x.person_id and p.verified_at is not null
    ), wanted as (
      select concat_ws(':', 'grid', $7::int, (select max(id) from changes), c.person_id) key, 'grid_changed' kind,
        c.person_id, $7::int event_id, null::int registration_id, c.person_id nr, jsonb_build_object('changes', jsonb_agg(
          jsonb_build_object('session', m.session_id, 'before', m.before, 'after', m.after) order by m.session_id)) data
      from moved m join concerned c on c.session_id = m.session_id and c.person_id is distinct from m.person_id
      group by c.person_id
    ), ${tellingSql}
    select (select count(*) from told)::int told from queued`,
    values: [...tellingValues(base.now(), priority, job), event],
  });
  return found.rows[0]!.told;
}
