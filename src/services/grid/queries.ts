import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { Db, Run } from '../../db/client.ts';
import { gridChanges, rooms, sessions, slots } from '../../db/schema.ts';
import type { Event } from '../events/queries.ts';
import { type Session, sessionsOf } from '../sessions/queries.ts';
import { pairKey, type StarredPairs } from './rules.ts';

export type GridRoom = typeof rooms.$inferSelect;
export type GridSlot = typeof slots.$inferSelect;
export type Grid<S = Session> = { rooms: GridRoom[]; slots: GridSlot[]; sessions: S[] };
/** What is said of a session where it is one of many. */
export type Listed = Pick<Session, 'number' | 'title' | 'starred' | 'hosts' | 'place'>;

/** All of an event's grid in three queries, whatever its size; `starred` and hosts are told for the person who looks. */
export async function gridOf(run: Run, eventId: number, personId?: number): Promise<Grid> {
  const [rooms, slots, sessions] = await Promise.all([
    roomsOf(run, eventId),
    slotsOf(run, eventId),
    sessionsOf(run, eventId, personId),
  ]);
  return { rooms, slots, sessions };
}

/** A BarCamp that could be meant, as far as that is asked. */
export type AroundCamp = Pick<Event, 'id' | 'slug' | 'name' | 'zone' | 'startsAt' | 'endsAt'> & {
  registered: boolean;
};

/**
 * The BarCamps that are on, are coming, or were over less than a week ago, and of the first that is on or begins within a day the grid,
 * with the sessions alone that are on now, or that come next: what is asked for most, by many at once. One statement, prepared.
 * `eventId`: the grid of that one instead.
 */
export async function gridAround(
  db: Db,
  which: 'now' | 'next',
  { now, personId, eventId }: { now: Date; personId?: number; eventId?: number },
): Promise<{ camps: AroundCamp[]; eventId: number | null; grid: Grid<Listed> }> {
  const found = await db.$client.query<Around>({
    name: `grid-${which}-${eventId === undefined ? 'around' : 'of'}`,
    text: aroundSql(which, eventId !== undefined),
    values: [now, personId ?? 0, ...(eventId === undefined ? [] : [eventId])],
  });
  const { camps, event, rooms, slots, sessions } = found.rows[0]!;
  const times = slots.map(dated);
  const at = new Map(times.map((slot) => [slot.id, slot]));
  const listed = sessions.map(({ roomId, slotId, ...rest }) => {
    const { startsAt, endsAt } = at.get(slotId)!;
    const room = rooms.find((one) => one.id === roomId)!.name;
    return { ...rest, place: { roomId, room, slotId, startsAt, endsAt } };
  });
  return { camps: camps.map(dated), eventId: event, grid: { rooms, slots: times, sessions: listed } };
}

/**
 * A text for each of the four, with as few parameters as can be: Postgres then keeps one plan, where it would make a new one each time.
 */
const aroundSql = (which: 'now' | 'next', given: boolean) => `with camps as materialized (
    select e.id, e.slug, e.name, e.zone, e.starts_at, e.ends_at, exists (select from registrations r
      where r.event_id = e.id and r.person_id = $2 and r.state <> 'cancelled') registered
    from events e where e.kind = 'barcamp' and e.state = 'published' and e.ends_at > $1::timestamptz - interval '7 days'
    order by e.starts_at, e.id limit 20
  ), event as materialized (
    select ${
      given
        ? '$3::int'
        : `(select id from camps where ends_at > $1 and starts_at < $1::timestamptz + interval '1 day'
      order by registered desc, starts_at, id limit 1)`
    } id
  ), mine as materialized (
    select * from slots where event_id = (select id from event)
  ), near as (
    select id from mine where ${which === 'now' ? 'starts_at <= $1 and ends_at > $1' : 'starts_at = (select min(starts_at) from mine where starts_at > $1)'}
  )
  select (select id from event) event,
    (select coalesce(json_agg(json_build_object('id', id, 'slug', slug, 'name', name, 'zone', zone, 'startsAt', starts_at, 'endsAt', ends_at,
      'registered', registered) order by starts_at, id), '[]') from camps) camps,
    (select coalesce(json_agg(json_build_object('id', id, 'eventId', event_id, 'name', name, 'capacity', capacity, 'features', features,
      'position', position, 'createdAt', created_at) order by position, id), '[]') from rooms where event_id = (select id from event)) rooms,
    (select coalesce(json_agg(json_build_object('id', id, 'eventId', event_id, 'startsAt', starts_at, 'endsAt', ends_at, 'title', title,
      'createdAt', created_at) order by starts_at), '[]') from mine) slots,
    (select coalesce(json_agg(json_build_object('number', s.number, 'title', s.title, 'roomId', p.room_id, 'slotId', p.slot_id,
      'starred', exists (select from stars x where x.session_id = s.id and x.person_id = $2),
      'hosts', (select coalesce(json_agg(json_build_object('personId', h.person_id, 'name', h.name, 'position', h.position)
        order by h.position), '[]') from session_hosts h where h.session_id = s.id)) order by s.number), '[]')
      from placements p join sessions s on s.id = p.session_id
      where p.slot_id in (select id from near) and s.withdrawn_at is null) sessions`;

type Around = {
  event: number | null;
  camps: Texts<AroundCamp>[];
  rooms: GridRoom[];
  slots: Texts<GridSlot>[];
  sessions: (Omit<Listed, 'place'> & { roomId: number; slotId: number })[];
};

/** Times as JSON has them. */
type Texts<R> = Omit<R, 'startsAt' | 'endsAt'> & { startsAt: string; endsAt: string };
const dated = <R extends { startsAt: string; endsAt: string }>({ startsAt, endsAt, ...rest }: R) => ({
  ...rest,
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
});

export const roomsOf = (run: Run, eventId: number): Promise<GridRoom[]> =>
  run.select().from(rooms).where(eq(rooms.eventId, eventId)).orderBy(asc(rooms.position), asc(rooms.id));

export const slotsOf = (run: Run, eventId: number): Promise<GridSlot[]> =>
  run.select().from(slots).where(eq(slots.eventId, eventId)).orderBy(asc(slots.startsAt));

export type CommonSlot = GridSlot & { title: string };

/** What all do together: the slots that nobody can claim. */
export const commonOf = async (run: Run, eventId: number): Promise<CommonSlot[]> =>
  (await slotsOf(run, eventId)).flatMap((slot) =>
    slot.title === null ? [] : [{ ...slot, title: slot.title }],
  );

/** How many people, of those who have proved who they are, starred both of two sessions, for all pairs of an event that anybody did. */
export async function starredPairs(run: Run, eventId: number): Promise<StarredPairs> {
  const found = await run.execute<{ a: number; b: number; both: number }>(sql`
    select s.number a, t.number b, count(*)::int "both"
    from stars x join people p on p.id = x.person_id and p.verified_at is not null
    join stars y on y.person_id = x.person_id and y.session_id > x.session_id
    join sessions s on s.id = x.session_id join sessions t on t.id = y.session_id
    where s.event_id = ${eventId} and t.event_id = ${eventId} group by 1, 2`);
  return new Map(found.rows.map((row) => [pairKey(row.a, row.b), row.both]));
}

export type GridChange = Awaited<ReturnType<typeof changesSince>>[number];

/** The id of the last change of an event's grid; 0 before the first. */
export async function lastChange(run: Run, eventId: number): Promise<number> {
  const [row] = await run
    .select({ id: sql<number>`coalesce(max(${gridChanges.id}), 0)::int` })
    .from(gridChanges)
    .where(eq(gridChanges.eventId, eventId));
  return row!.id;
}

/** What changed on the grid after the change with that id (0: ever) and before another, the latest first. */
export const changesSince = (run: Run, eventId: number, after = 0, limit = 100, before?: number) =>
  run
    .select({
      id: gridChanges.id,
      kind: gridChanges.kind,
      before: gridChanges.before,
      after: gridChanges.after,
      createdAt: gridChanges.createdAt,
      number: sessions.number,
      title: sessions.title,
    })
    .from(gridChanges)
    .innerJoin(sessions, eq(sessions.id, gridChanges.sessionId))
    .where(
      and(
        eq(gridChanges.eventId, eventId),
        gt(gridChanges.id, after),
        before === undefined ? undefined : lt(gridChanges.id, before),
      ),
    )
    .orderBy(desc(gridChanges.id))
    .limit(limit);
