import { and, asc, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { type EventKind, events, series } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage, maySee } from '../organising/rules.ts';

export type Event = typeof events.$inferSelect;
export type { EventKind };
export type Series = typeof series.$inferSelect;
export type EventWithSeries = Event & { series: Series | null };

/** Events with their series, to be narrowed down. */
export const joined = (run: Run) =>
  run.select({ event: events, series }).from(events).leftJoin(series, eq(series.id, events.seriesId));

export const flat = (row: { event: Event; series: Series | null }): EventWithSeries => ({
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
