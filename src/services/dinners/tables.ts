import { and, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { dinnerTables, events } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { clean } from '../../shared/form.ts';
import { type Issue, invalid, ok, type Result, refuse } from '../../shared/result.ts';
import type { T } from '../../words/words.ts';
import { mayManage } from '../organising/rules.ts';

export const mostTables = 100;
export const mostSeats = 40;

/** The event's row under its lock: nobody comes, goes or is seated meanwhile. Refuses: event_unknown, not_organiser. */
export async function lockHall(tx: Run, ctx: Ctx, slug: string): Promise<Result<typeof events.$inferSelect>> {
  const [event] = await tx.select().from(events).where(eq(events.slug, slug)).for('no key update');
  if (!event) return refuse('not_found', 'event_unknown');
  return mayManage(ctx.actor, event.id) ? ok(event) : refuse('forbidden', 'not_organiser');
}

/** Adds so many tables of so many seats, named by number after those that there are. Refuses: event_unknown, not_organiser, invalid. */
export const addTables = (
  ctx: Ctx,
  slug: string,
  raw: { count: unknown; seats: unknown },
  t: T,
): Promise<Result<null>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockHall(tx, ctx, slug);
    if (!found.ok) return found;
    const issues: Issue[] = [];
    const count = readWhole(raw.count, 'count', 30, issues);
    const seats = readWhole(raw.seats, 'seats', mostSeats, issues);
    if (issues.length > 0) return invalid(issues);
    return insertTables(
      tx,
      found.value.id,
      Array.from({ length: count }, () => seats),
      t,
    );
  });

/** Adds tables with these numbers of seats, as they were suggested. Refuses: event_unknown, not_organiser. */
export const addSuggested = (ctx: Ctx, slug: string, seats: number[], t: T): Promise<Result<null>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockHall(tx, ctx, slug);
    return found.ok ? insertTables(tx, found.value.id, seats, t) : found;
  });

async function insertTables(tx: Run, eventId: number, seats: number[], t: T): Promise<Result<null>> {
  const [last] = await tx
    .select({
      count: sql<number>`count(*)::int`,
      position: sql<number>`coalesce(max(${dinnerTables.position}), 0)`,
    })
    .from(dinnerTables)
    .where(eq(dinnerTables.eventId, eventId));
  const { count, position } = last!;
  if (count + seats.length > mostTables) return refuse('conflict', 'too_many_tables', { max: mostTables });
  if (seats.length === 0) return ok(null);
  await tx.insert(dinnerTables).values(
    seats.map((one, n) => ({
      eventId,
      position: position + n + 1,
      name: t('tables:name', { n: count + n + 1 }),
      seats: one,
    })),
  );
  return ok(null);
}

/** Renames a table or changes its seats; nobody is put out by that. Refuses: event_unknown, not_organiser, table_unknown, invalid. */
export const editTable = (
  ctx: Ctx,
  slug: string,
  id: number,
  raw: { name: unknown; seats: unknown },
): Promise<Result<null>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockHall(tx, ctx, slug);
    if (!found.ok) return found;
    const issues: Issue[] = [];
    const name = clean(raw.name).replace(/\s+/g, ' ');
    if (!name) issues.push({ field: 'name', code: 'required' });
    if (name.length > 60)
      issues.push({ field: 'name', code: 'too_long', data: { max: 60, length: name.length } });
    const seats = readWhole(raw.seats, 'seats', mostSeats, issues);
    if (issues.length > 0) return invalid(issues);
    const rows = await tx
      .update(dinnerTables)
      .set({ name, seats })
      .where(and(eq(dinnerTables.id, id), eq(dinnerTables.eventId, found.value.id)))
      .returning({ id: dinnerTables.id });
    return rows.length > 0 ? ok(null) : tableUnknown;
  });

/** Takes a table away; whoever sat there sits nowhere. Twice is no error. Refuses: event_unknown, not_organiser. */
export const removeTable = (ctx: Ctx, slug: string, id: number): Promise<Result<null>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockHall(tx, ctx, slug);
    if (!found.ok) return found;
    await tx
      .delete(dinnerTables)
      .where(and(eq(dinnerTables.id, id), eq(dinnerTables.eventId, found.value.id)));
    return ok(null);
  });

export const tableUnknown: Result<never> = refuse('not_found', 'table_unknown');

function readWhole(raw: unknown, field: string, max: number, issues: Issue[]): number {
  const text = clean(raw);
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
  issues.push({ field, code: 'whole', data: { max } });
  return 1;
}
