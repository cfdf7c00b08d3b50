import type { Base } from '../../context.ts';
import { tellingSql, tellingValues } from './telling.ts';

/** Before mails to everyone: in ten minutes it is too late. */
const priority = -5;

/**
 * Tells those who want to be reminded of the sessions that begin within the minutes that they have set: all of one time in one notice,
 * once. To be called every minute or so; a session that is moved later is told of again, at its new time.
 */
export async function tellSoon(base: Base): Promise<number> {
  const found = await base.db.$client.query<{ told: number }>({
    name: 'tell-soon',
    text: `with concerned as (
      select h.session_id, h.person_id, p.remind from people p join session_hosts h on h.person_id = p.id where p.remind is not null
      union
      select s.session_id, s.person_id, p.remind from people p join stars s on s.person_id = p.id where p.remind is not null
    ), due as (
      select c.person_id, c.session_id, e.id event_id, s.id slot_id, s.starts_at,
        jsonb_build_object('room', r.name, 'startsAt', to_char(s.starts_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'endsAt', to_char(s.ends_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) cell
      from concerned c join sessions x on x.id = c.session_id and x.withdrawn_at is null
        join placements l on l.session_id = x.id join slots s on s.id = l.slot_id join rooms r on r.id = l.room_id
        join events e on e.id = x.event_id and e.state = 'published'
      where s.starts_at > $1::timestamptz and s.starts_at <= $1::timestamptz + make_interval(mins => c.remind)
    ), wanted as (
      select concat_ws(':', 'soon', slot_id, extract(epoch from starts_at)::bigint, person_id) key, 'session_soon' kind, person_id, event_id,
        null::int registration_id, person_id nr, jsonb_build_object('changes', jsonb_agg(
          jsonb_build_object('session', session_id, 'before', null, 'after', cell) order by session_id)) data
      from due group by person_id, event_id, slot_id, starts_at
    ), ${tellingSql}
    select (select count(*) from told)::int told from queued`,
    values: tellingValues(base.now(), priority, '0'),
  });
  return found.rows[0]!.told;
}
