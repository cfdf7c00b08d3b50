import { sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { gridChanged } from '../../jobs/enqueue.ts';
import { nobody } from '../people/rules.ts';

/**
 * Stars, invitations and sessions. What others hold too stays theirs; what one held alone keeps its number and its times, without a word,
 * and is withdrawn where its event is not over.
 */
export async function eraseSessions(run: Run, ctx: Ctx, person: number): Promise<void> {
  await run.execute(sql`delete from stars where person_id = ${person}`);
  await run.execute(sql`delete from host_invitations where person_id = ${person} or invited_by = ${person}`);
  // In the order of all that changes a grid: the event's row first.
  await run.execute(sql`select 1 from events where id in (
    select event_id from sessions where id in ${held(person)}) order by id for no key update`);
  await run.execute(sql`delete from session_hosts h where person_id = ${person} and exists (
    select 1 from session_hosts o where o.session_id = h.session_id and o.person_id <> ${person})`);
  for (const event of await withdraw(run, ctx, person)) await gridChanged(run, event, ctx.now());
  await run.execute(sql`update sessions set title = ${nobody}, abstract = '', tags = '{}', links = '[]', features = '{}',
    request_key = null, updated_at = ${ctx.now().toISOString()}::timestamptz where id in ${held(person)}`);
  await run.execute(sql`update session_hosts set name = ${nobody} where person_id = ${person}`);
}

const held = (person: number) => sql`(select session_id from session_hosts where person_id = ${person})`;

/** Takes their coming sessions off the grid, as whoever withdraws one does. Gives the events. */
async function withdraw(run: Run, ctx: Ctx, person: number): Promise<number[]> {
  const now = sql`${ctx.now().toISOString()}::timestamptz`;
  const coming = await run.execute<{ event: number }>(sql`
    with gone as (
      update sessions s set withdrawn_at = ${now}, version = s.version + 1 from events e
      where e.id = s.event_id and e.ends_at > ${now} and s.withdrawn_at is null and s.id in ${held(person)}
      returning s.id, s.event_id
    ), places as (
      delete from placements p using gone, rooms r, slots t
      where p.session_id = gone.id and r.id = p.room_id and t.id = p.slot_id
      returning p.session_id, json_build_object('room', r.name, 'startsAt', ${wire('t.starts_at')}, 'endsAt', ${wire('t.ends_at')}) before
    ), changes as (
      insert into grid_changes (event_id, session_id, kind, before, created_at)
      select gone.event_id, gone.id, 'withdrawn', places.before, ${now} from gone left join places on places.session_id = gone.id
    ) select distinct event_id "event" from gone`);
  return coming.rows.map((one) => one.event);
}

/** An instant as JavaScript writes it. */
const wire = (column: 't.starts_at' | 't.ends_at') =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
