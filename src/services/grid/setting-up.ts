import { and, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, placements, rooms, slots } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { type RoomInput, readRoom, readSlots, type SlotInput } from './input.ts';
import type { GridRoom, GridSlot } from './queries.ts';

type Event = { id: number; name: string; zone: string };

/** Adds a room at the end. Refuses: event_unknown, not_organiser, invalid (room_taken among its issues). */
export const addRoom = (ctx: Ctx, slug: string, input: RoomInput): Promise<Result<GridRoom>> =>
  managing(ctx, slug, async (tx, event) => {
    const { values, issues } = readRoom(input);
    if (issues.length > 0) return invalid(issues);
    const position = sql`(select coalesce(max(position), 0) + 1 from rooms where event_id = ${event.id})`;
    const [made] = await tx
      .insert(rooms)
      .values({ ...values, eventId: event.id, position })
      .onConflictDoNothing({ target: [rooms.eventId, rooms.name] })
      .returning();
    return made ? ok(made) : roomTaken(values.name);
  });

/** Refuses: event_unknown, not_organiser, room_unknown, invalid. */
export const editRoom = (ctx: Ctx, slug: string, id: number, input: RoomInput): Promise<Result<GridRoom>> =>
  managing(ctx, slug, async (tx, event) => {
    const { values, issues } = readRoom(input);
    if (issues.length > 0) return invalid(issues);
    const [other] = await tx
      .select({ id: rooms.id })
      .from(rooms)
      .where(and(eq(rooms.eventId, event.id), eq(rooms.name, values.name)));
    if (other && other.id !== id) return roomTaken(values.name);
    const [after] = await tx
      .update(rooms)
      .set(values)
      .where(and(eq(rooms.id, id), eq(rooms.eventId, event.id)))
      .returning();
    return after ? ok(after) : refuse('not_found', 'room_unknown');
  });

/** Refuses: event_unknown, not_organiser, room_unknown, room_used (how many sessions are in it). */
export const removeRoom = (ctx: Ctx, slug: string, id: number): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    const used = await usedBy(tx, eq(placements.roomId, id));
    if (used > 0) return refuse('conflict', 'room_used', { count: used });
    const gone = await tx
      .delete(rooms)
      .where(and(eq(rooms.id, id), eq(rooms.eventId, event.id)))
      .returning({ id: rooms.id });
    return gone.length > 0 ? ok(null) : refuse('not_found', 'room_unknown');
  });

/** Adds one slot or many; none may begin before another one ends. Refuses: event_unknown, not_organiser, invalid, slots_overlap. */
export const addSlots = (ctx: Ctx, slug: string, input: SlotInput): Promise<Result<GridSlot[]>> =>
  managing(ctx, slug, async (tx, event) => {
    const { values, issues } = readSlots(input, event.zone);
    if (issues.length > 0) return invalid(issues);
    const first = values[0]!.startsAt;
    const last = values.at(-1)!.endsAt;
    const there = await tx
      .select()
      .from(slots)
      .where(
        and(
          eq(slots.eventId, event.id),
          sql`${slots.startsAt} < ${last.toISOString()}::timestamptz and ${slots.endsAt} > ${first.toISOString()}::timestamptz`,
        ),
      );
    const overlaps = values.some((one) =>
      there.some((slot) => slot.startsAt < one.endsAt && slot.endsAt > one.startsAt),
    );
    if (overlaps) return refuse('conflict', 'slots_overlap');
    const made = await tx
      .insert(slots)
      .values(values.map((one) => ({ ...one, eventId: event.id })))
      .returning();
    return ok(made);
  });

/** Refuses: event_unknown, not_organiser, slot_unknown, slot_used. */
export const removeSlot = (ctx: Ctx, slug: string, id: number): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    const used = await usedBy(tx, eq(placements.slotId, id));
    if (used > 0) return refuse('conflict', 'slot_used', { count: used });
    const gone = await tx
      .delete(slots)
      .where(and(eq(slots.id, id), eq(slots.eventId, event.id)))
      .returning({ id: slots.id });
    return gone.length > 0 ? ok(null) : refuse('not_found', 'slot_unknown');
  });

/** Opens the grid to those who hold sessions, or locks it for all but organisers. Refuses: event_unknown, not_organiser. */
export const openGrid = (ctx: Ctx, slug: string, open: boolean): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    await tx.update(events).set({ gridOpen: open, updatedAt: ctx.now() }).where(eq(events.id, event.id));
    return ok(null);
  });

function managing<T>(
  ctx: Ctx,
  slug: string,
  work: (tx: Run, event: Event) => Promise<Result<T>>,
): Promise<Result<T>> {
  return transact(ctx.db, async (tx) => {
    const [event] = await tx
      .select({ id: events.id, name: events.name, zone: events.zone })
      .from(events)
      .where(eq(events.slug, slug))
      .for('no key update');
    if (!event) return refuse('not_found', 'event_unknown');
    return mayManage(ctx.actor, event.id) ? work(tx, event) : refuse('forbidden', 'not_organiser');
  });
}

async function usedBy(tx: Run, condition: ReturnType<typeof eq>): Promise<number> {
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(placements).where(condition);
  return row!.count;
}

const roomTaken = (name: string) => invalid([{ field: 'name', code: 'room_taken', data: { name } }]);
