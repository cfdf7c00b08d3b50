import { and, asc, desc, eq, gt, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Db, Run } from '../../db/client.ts';
import { prepared } from '../../db/prepared.ts';
import { events, registrations } from '../../db/schema.ts';
import { type Event, type EventWithSeries, flat, joined } from './queries.ts';

/** Where a page of events to come ends: the next begins after it. */
export type ComingCursor = { startsAt: Date; id: number };

const afterComing = (after?: ComingCursor) =>
  after && sql`(${events.startsAt}, ${events.id}) > (${after.startsAt}::timestamptz, ${after.id}::int)`;

/** Published events that are not over, the soonest first; cancelled ones too, for those who look for them. */
export async function upcomingEvents(
  run: Run,
  now: Date,
  limit = 100,
  after?: ComingCursor,
): Promise<EventWithSeries[]> {
  const rows = await joined(run)
    .where(and(ne(events.state, 'draft'), gt(events.endsAt, now), afterComing(after)))
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(limit);
  return rows.map(flat);
}

/** The events that one can register for now, for a place or for the waiting list, the soonest first. */
export async function openEvents(
  run: Run,
  now: Date,
  limit: number,
  after?: ComingCursor,
): Promise<EventWithSeries[]> {
  const rows = await joined(run)
    .where(
      and(
        eq(events.state, 'published'),
        gt(events.endsAt, now),
        or(isNull(events.opensAt), lte(events.opensAt, now)),
        sql`coalesce(${events.closesAt}, ${events.startsAt}) > ${now}`,
        or(
          events.waitingList,
          isNull(events.capacity),
          lt(sql`${events.taken} + ${events.held}`, events.capacity),
        ),
        afterComing(after),
      ),
    )
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(limit);
  return rows.map(flat);
}

/** Public events that ended after a time, the soonest first: what a calendar holds. */
export async function eventsSince(run: Run, since: Date, limit = 1000): Promise<EventWithSeries[]> {
  const rows = await joined(run)
    .where(and(ne(events.state, 'draft'), gt(events.endsAt, since)))
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(limit);
  return rows.map(flat);
}

/** Where a page of past events ends: the next begins after it. */
export type PastCursor = { endsAt: Date; id: number };

/** Past events, the latest first, a page after the cursor. */
export async function pastEvents(
  run: Run,
  now: Date,
  limit: number,
  after?: PastCursor,
): Promise<EventWithSeries[]> {
  const rows = await joined(run)
    .where(
      and(
        eq(events.state, 'published'),
        lte(events.endsAt, now),
        after && sql`(${events.endsAt}, ${events.id}) < (${after.endsAt}::timestamptz, ${after.id}::int)`,
      ),
    )
    .orderBy(desc(events.endsAt), desc(events.id))
    .limit(limit);
  return rows.map(flat);
}

/** A BarCamp that people talk about now: `registered` of the person who asks. */
export type Camp = Event & { registered: boolean };

/** BarCamps that are on, are coming, or were over less than a week ago, in order of time. */
export async function campsAround(db: Db, now: Date, personId?: number): Promise<Camp[]> {
  const rows = await campsSince(db, new Date(now.getTime() - 7 * 86_400_000), personId);
  return rows.map(({ event, registered }) => ({ ...event, registered }));
}

const campsSince = prepared((db) => {
  const query = db
    .select({ event: events, registered: sql<boolean>`${registrations.id} is not null` })
    .from(events)
    .leftJoin(
      registrations,
      and(
        eq(registrations.eventId, events.id),
        eq(registrations.personId, sql.placeholder('person')),
        ne(registrations.state, 'cancelled'),
      ),
    )
    .where(
      and(
        eq(events.kind, 'barcamp'),
        eq(events.state, 'published'),
        gt(events.endsAt, sql.placeholder('since')),
      ),
    )
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(20)
    .prepare('camps-around');
  return (since: Date, personId = 0) => query.execute({ since, person: personId });
});

/** Public upcoming events whose slug or name begins with or holds the words: for `register geek`. */
export async function findEvents(run: Run, words: string, now: Date, limit = 8): Promise<EventWithSeries[]> {
  const like = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await joined(run)
    .where(
      and(
        ne(events.state, 'draft'),
        gt(events.endsAt, now),
        or(sql`${events.slug} ilike ${like}`, sql`${events.name} ilike ${like}`),
      ),
    )
    .orderBy(asc(events.startsAt))
    .limit(limit);
  return rows.map(flat);
}
