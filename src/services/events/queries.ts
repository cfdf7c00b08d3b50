import { and, asc, count, desc, eq, gt, inArray, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Db, Run } from '../../db/client.ts';
import { prepared } from '../../db/prepared.ts';
import { type EventKind, events, members, registrations, series } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { jsonOf } from '../../shared/text.ts';
import { mayManage, maySee } from '../organising/rules.ts';

export type Event = typeof events.$inferSelect;
export type { EventKind };
export type Series = typeof series.$inferSelect;
export type EventWithSeries = Event & { series: Series | null };

const joined = (run: Run) =>
  run.select({ event: events, series }).from(events).leftJoin(series, eq(series.id, events.seriesId));

const flat = (row: { event: Event; series: Series | null }): EventWithSeries => ({
  ...row.event,
  series: row.series,
});

/** Any event, drafts too: whoever shows it asks the rules first. */
export async function eventBySlug(run: Run, slug: string): Promise<EventWithSeries | undefined> {
  const [row] = await joined(run).where(eq(events.slug, slug));
  return row && flat(row);
}

export async function eventById(run: Run, id: number): Promise<Event | undefined> {
  const [row] = await run.select().from(events).where(eq(events.id, id));
  return row;
}

/** An event for those who organise it (`manage`) or help at it (`see`), drafts too. Refuses: event_unknown, not_organiser. */
export async function organisedEvent(
  ctx: Ctx,
  slug: string,
  right: 'see' | 'manage',
): Promise<Result<EventWithSeries>> {
  const event = await eventBySlug(ctx.db, slug);
  if (!event) return refuse('not_found', 'event_unknown');
  const may = right === 'see' ? maySee : mayManage;
  return may(ctx.actor, event.id) ? ok(event) : refuse('forbidden', 'not_organiser');
}

/** An event that the public may know of (published or cancelled). */
export async function publicEvent(run: Run, slug: string): Promise<EventWithSeries | undefined> {
  const event = await eventBySlug(run, slug);
  return event && event.state !== 'draft' ? event : undefined;
}

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

/** The events that an organiser's roles reach, drafts included: those to come first, then the latest. */
export async function organisedEvents(run: Run, reach: 'all' | number[], now: Date, limit = 200) {
  if (reach !== 'all' && reach.length === 0) return [];
  const rows = await joined(run)
    .where(reach === 'all' ? undefined : inArray(events.id, reach))
    .orderBy(
      sql`${events.endsAt} <= ${now}`,
      sql`abs(extract(epoch from ${events.startsAt} - ${now}::timestamptz))`,
      asc(events.id),
    )
    .limit(limit);
  return rows.map(flat);
}

export async function seriesBySlug(run: Run, slug: string): Promise<Series | undefined> {
  const [row] = await run.select().from(series).where(eq(series.slug, slug));
  return row;
}

/** The public events of a series in order of time. */
export async function eventsOfSeries(run: Run, seriesId: number): Promise<EventWithSeries[]> {
  const rows = await joined(run)
    .where(and(eq(events.seriesId, seriesId), ne(events.state, 'draft')))
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(200);
  return rows.map(flat);
}

export const allSeries = (run: Run) => run.select().from(series).orderBy(desc(series.id)).limit(200);

/** The zone of the event that was made last: where the next one will be, too. */
export async function lastZone(run: Run): Promise<string | undefined> {
  const [row] = await run.select({ zone: events.zone }).from(events).orderBy(desc(events.id)).limit(1);
  return row?.zone;
}

/** How many registrations have an answer to any of these questions, by name. */
export async function countAnswers(run: Run, eventId: number, names: string[]): Promise<number> {
  if (names.length === 0) return 0;
  const [row] = await run
    .select({ count: count() })
    .from(registrations)
    .where(
      and(eq(registrations.eventId, eventId), sql`${registrations.answers} ?| ${sql.param(names)}::text[]`),
    );
  return row!.count;
}

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

/** How many people have chosen any of these dishes, of those who come, have an offer or wait. */
export async function countChosen(
  run: Run,
  eventId: number,
  dishes: { course: string; dish: string }[],
): Promise<number> {
  if (dishes.length === 0) return 0;
  const rows = await run.execute<{ count: number }>(sql`select count(*)::int count from ${members} m
    join ${registrations} r on r.id = m.registration_id and m.position < r.size
    where r.event_id = ${eventId} and r.state <> 'cancelled'
      and exists (select from jsonb_to_recordset(${jsonOf(dishes)}::jsonb) as gone(course text, dish text)
        where m.choices->>gone.course = gone.dish)`);
  return rows.rows[0]!.count;
}
