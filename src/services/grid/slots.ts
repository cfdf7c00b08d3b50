import { and, asc, eq, gt, lt } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { placements, slots } from '../../db/schema.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { daysBetween, instantOf, wallOf, wallPlusDays } from '../../shared/time.ts';
import { gridDays } from './days.ts';
import { readSlots, type SlotInput, type SlotValues } from './input.ts';
import type { GridSlot } from './queries.ts';
import { managing, recordMoved, usedBy } from './setting-up.ts';

/** Adds one slot or many; none may begin before another one ends. Refuses: event_unknown, not_organiser, invalid, slots_overlap. */
export const addSlots = (ctx: Ctx, slug: string, input: SlotInput): Promise<Result<GridSlot[]>> =>
  managing(ctx, slug, async (tx, event) => {
    const { values, issues } = readSlots(input, event.zone);
    if (issues.length > 0) return invalid(issues);
    return insertSlots(tx, event.id, values);
  });

/**
 * Changes the times of a slot, or what it is: with a title it is a common item. At other times the sessions in it have
 * moved for their readers. Refuses: event_unknown, not_organiser, slot_unknown, invalid, slots_overlap, slot_used (when it
 * becomes a common item).
 */
export const editSlot = (ctx: Ctx, slug: string, id: number, input: SlotInput): Promise<Result<GridSlot>> =>
  managing(ctx, slug, async (tx, event) => {
    const { values, issues } = readSlots({ ...input, minutes: '', gap: '' }, event.zone);
    const [before] = await tx
      .select()
      .from(slots)
      .where(and(eq(slots.id, id), eq(slots.eventId, event.id)));
    if (!before) return refuse('not_found', 'slot_unknown');
    if (issues.length > 0) return invalid(issues);
    const after = values[0]!;
    const others = (await between(tx, event.id, values)).filter((one) => one.id !== id);
    if (overlap(others, values)) return refuse('conflict', 'slots_overlap');
    const used = after.title === null ? 0 : await usedBy(tx, eq(placements.slotId, id));
    if (used > 0) return refuse('conflict', 'slot_used', { count: used });
    await tx.update(slots).set(after).where(eq(slots.id, id));
    const { startsAt, endsAt } = before;
    const same = [startsAt, endsAt].join() === [after.startsAt, after.endsAt].join();
    if (!same) await recordMoved(tx, ctx, { slotId: id, startsAt, endsAt });
    return ok({ ...before, ...after });
  });

/**
 * Copies a day's slots, at the same wall times, to another day: `2026-05-31`. Refuses: event_unknown, not_organiser,
 * day_unknown, day_empty, slots_overlap, copy_clocks (a time that the clocks skip or repeat on that day).
 */
export const copyDay = (ctx: Ctx, slug: string, from: string, to: string): Promise<Result<GridSlot[]>> =>
  managing(ctx, slug, async (tx, event) => {
    const days = daysBetween(from, to);
    if (!days) return refuse('invalid', 'day_unknown');
    const all = await tx.select().from(slots).where(eq(slots.eventId, event.id)).orderBy(asc(slots.startsAt));
    const day = gridDays(all, event.zone).find((one) => one.day === from);
    if (!day) return refuse('not_found', 'day_empty');
    const copies = day.slots.map((slot) => copyOf(slot, event.zone, days));
    const wrong = copies.flatMap((one) => ('wall' in one ? [one.wall] : []))[0];
    if (wrong) return refuse('conflict', 'copy_clocks', { wall: wrong.replace('T', ' ') });
    return insertSlots(tx, event.id, copies as SlotValues[]);
  });

/** Refuses: event_unknown, not_organiser, slot_unknown, slot_used. */
export const removeSlot = (ctx: Ctx, slug: string, id: number): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    const used = await usedBy(tx, and(eq(placements.eventId, event.id), eq(placements.slotId, id)));
    if (used > 0) return refuse('conflict', 'slot_used', { count: used });
    const gone = await tx
      .delete(slots)
      .where(and(eq(slots.id, id), eq(slots.eventId, event.id)))
      .returning({ id: slots.id });
    return gone.length > 0 ? ok(null) : refuse('not_found', 'slot_unknown');
  });

/** Refuses: slots_overlap. */
export async function insertSlots(
  tx: Run,
  eventId: number,
  values: SlotValues[],
): Promise<Result<GridSlot[]>> {
  if (overlap(await between(tx, eventId, values), values)) return refuse('conflict', 'slots_overlap');
  const made = await tx
    .insert(slots)
    .values(values.map((one) => ({ ...one, eventId })))
    .returning();
  return ok(made);
}

/** The slots that there are anywhere between the first and the last of these. */
function between(tx: Run, eventId: number, values: SlotValues[]): Promise<GridSlot[]> {
  const first = Math.min(...values.map((one) => one.startsAt.getTime()));
  const last = Math.max(...values.map((one) => one.endsAt.getTime()));
  return tx
    .select()
    .from(slots)
    .where(
      and(eq(slots.eventId, eventId), lt(slots.startsAt, new Date(last)), gt(slots.endsAt, new Date(first))),
    );
}

const overlap = (there: GridSlot[], values: SlotValues[]): boolean =>
  values.some((one) => there.some((slot) => slot.startsAt < one.endsAt && slot.endsAt > one.startsAt));

/** The slot so many days later, or the wall time that is not there or twice on that day. */
function copyOf({ startsAt, endsAt, title }: GridSlot, zone: string, days: number) {
  const later = (at: Date) => {
    const wall = wallPlusDays(wallOf(at, zone), days);
    const read = instantOf(wall, zone);
    return 'at' in read ? read.at : wall;
  };
  const [from, to] = [later(startsAt), later(endsAt)];
  if (typeof from === 'string') return { wall: from };
  return typeof to === 'string' ? { wall: to } : { startsAt: from, endsAt: to, title };
}
