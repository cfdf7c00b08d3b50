import { count, eq, min, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { arrivals } from '../../db/schema.ts';
import { clean } from '../../shared/form.ts';
import { tokenKey } from '../../shared/ids.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { cut } from '../../shared/text.ts';
import type { Event } from '../events/queries.ts';
import { maySee, reach } from '../organising/rules.ts';
import { registrationByToken } from '../registrations/queries.ts';
import type { Past } from './rules.ts';

export type DoorPerson = { position: number; name: string | null; at: string | null };
export type DoorParty = {
  id: number;
  name: string;
  state: 'confirmed' | 'offered' | 'waitlisted' | 'cancelled';
  people: DoorPerson[];
};
export type DoorList = {
  parties: DoorParty[];
  expected: number;
  arrived: number;
  more: boolean;
  /** What was looked for is written like a ticket's code, and opens nothing here: forged, replaced by a newer one, or of another event. */
  badCode: boolean;
};

/** How many parties the door is shown at once: who is looked for is found by a few letters. */
export const shownAtDoor = 60;

/**
 * Who is expected at the door, by name, and who has come; `search`: part of a name of anybody in a party, or what a ticket's code
 * opens. Who waits or has cancelled is found too, and said to be so. Two queries, of a code three. Refuses: not_organiser.
 */
export async function doorList(ctx: Ctx, event: Event, typed: string): Promise<Result<DoorList>> {
  if (!maySee(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  const search = cut(clean(typed), 300);
  const found = await foundBy(ctx, search);
  const [parties, counts] = await Promise.all([
    ctx.db.execute<DoorParty>(sql`select r.id, r.name, r.state, (
        select json_agg(json_build_object('position', n.position,
          'name', case when n.position = 0 then r.name else m.name end, 'at', a.at) order by n.position)
        from generate_series(0, r.size - 1) n(position)
          left join members m on m.registration_id = r.id and m.position = n.position
          left join arrivals a on a.registration_id = r.id and a.position = n.position) people
      from registrations r where r.event_id = ${event.id} and ${found}
      order by r.state <> 'confirmed', lower(r.name) collate "und-x-icu", r.id limit ${shownAtDoor + 1}`),
    arrivedAt(ctx.db, event.id),
  ]);
  const rows = parties.rows.slice(0, shownAtDoor);
  return ok({
    parties: rows,
    expected: event.taken,
    arrived: counts,
    more: parties.rows.length > shownAtDoor,
    badCode: rows.length === 0 && codeIn(search) !== undefined,
  });
}

/** A code that is looked for, or the address that a ticket's picture leads to. */
function codeIn(search: string): string | undefined {
  const code = search.split('/').at(-1) ?? '';
  return tokenKey(code) && code;
}

/** A code counts by its signature and generation: one that was forged, or replaced since, finds nobody. */
async function foundBy(ctx: Ctx, search: string): Promise<SQL> {
  if (!search) return sql`r.state = 'confirmed'`;
  const code = codeIn(search);
  if (code) {
    const row = (await registrationByToken(ctx, code, 'ticket')) ?? (await registrationByToken(ctx, code));
    return row ? sql`r.id = ${row.id}` : sql`false`;
  }
  const text = search.toLowerCase();
  return sql`(strpos(lower(r.name), ${text}) > 0 or exists (
    select from members m where m.registration_id = r.id and m.position < r.size and strpos(lower(m.name), ${text}) > 0))`;
}

export type FoundAttendee = Pick<DoorParty, 'id' | 'name' | 'state'> & {
  event: { slug: string; name: string; startsAt: Date };
};

/**
 * Who of the events that the actor's role reaches, from those of today on, has a name with that text in it, or brings somebody who has:
 * the next event first. One query; nothing for who organises nothing.
 */
export async function findAttendees(ctx: Ctx, typed: string, limit: number): Promise<FoundAttendee[]> {
  const search = cut(clean(typed), 200);
  const within = reach(ctx.actor);
  if (!search || (within !== 'all' && within.length === 0)) return [];
  const found = await foundBy(ctx, search);
  const events = within === 'all' ? sql`true` : sql`e.id = any(${sql.param(within)}::int[])`;
  const rows = await ctx.db.execute<{
    id: number;
    name: string;
    state: DoorParty['state'];
    slug: string;
    event: string;
    starts: string;
  }>(
    sql`select r.id, r.name, r.state, e.slug, e.name event, e.starts_at starts
      from events e join registrations r on r.event_id = e.id
      where ${events} and e.ends_at > ${ctx.now().toISOString()}::timestamptz - interval '12 hours' and ${found}
      order by e.starts_at, r.state <> 'confirmed', lower(r.name) collate "und-x-icu", r.id limit ${limit}`,
  );
  return rows.rows.map(({ id, name, state, slug, event, starts }) => ({
    ...{ id, name, state },
    event: { slug, name: event, startsAt: new Date(starts) },
  }));
}

/** How many of a party have been let in, and when the first was; null: nobody yet. */
export async function letIn(
  run: Run,
  registrationId: number,
): Promise<{ count: number; since: Date } | null> {
  const [row] = await run
    .select({ count: count(), since: min(arrivals.at) })
    .from(arrivals)
    .where(eq(arrivals.registrationId, registrationId));
  return row?.since ? { count: row.count, since: row.since } : null;
}

/** How many of those who have places have come. */
export async function arrivedAt(run: Run, eventId: number): Promise<number> {
  const rows = await run.execute<{ count: number }>(sql`select count(*)::int count
    from arrivals a join registrations r on r.id = a.registration_id and a.position < r.size
    where r.event_id = ${eventId} and r.state = 'confirmed'`);
  return rows.rows[0]!.count;
}

/** Who came to earlier events of the same series, or else of the same kind, where anybody was marked at the door. The last ten. */
export async function pastOf(run: Run, event: Event, now: Date): Promise<Past> {
  const alike = event.seriesId === null ? sql`e.kind = ${event.kind}` : sql`e.series_id = ${event.seriesId}`;
  const rows = await run.execute<Past>(sql`with past as (
      select e.id, e.taken from events e where ${alike} and e.id <> ${event.id} and e.ends_at < ${now}
        and e.state = 'published' and exists (
          select from arrivals a join registrations r on r.id = a.registration_id where r.event_id = e.id)
      order by e.ends_at desc limit 10
    ) select count(*)::int events, coalesce(sum(taken), 0)::int expected, coalesce(sum((
        select count(*) from arrivals a join registrations r on r.id = a.registration_id and a.position < r.size
        where r.event_id = past.id and r.state = 'confirmed')), 0)::int came from past`);
  return rows.rows[0]!;
}
