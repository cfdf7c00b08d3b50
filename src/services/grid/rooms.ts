import { and, asc, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { placements, rooms } from '../../db/schema.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { type RoomInput, readRoom } from './input.ts';
import type { GridRoom } from './queries.ts';
import { managing, recordMoved, usedBy } from './setting-up.ts';

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

/**
 * Changes a room; with another name, the sessions in it have moved for their readers. Refuses: event_unknown,
 * not_organiser, room_unknown, invalid.
 */
export const editRoom = (ctx: Ctx, slug: string, id: number, input: RoomInput): Promise<Result<GridRoom>> =>
  managing(ctx, slug, async (tx, event) => {
    const { values, issues } = readRoom(input);
    const there = await tx.select().from(rooms).where(eq(rooms.eventId, event.id));
    const before = there.find((one) => one.id === id);
    if (!before) return refuse('not_found', 'room_unknown');
    if (issues.length > 0) return invalid(issues);
    if (there.some((one) => one.name === values.name && one.id !== id)) return roomTaken(values.name);
    await tx.update(rooms).set(values).where(eq(rooms.id, id));
    if (before.name !== values.name) await recordMoved(tx, ctx, { roomId: id, room: before.name });
    return ok({ ...before, ...values });
  });

/** One place up or down in the order of rooms; the first stays first. Refuses: event_unknown, not_organiser, room_unknown. */
export const moveRoom = (ctx: Ctx, slug: string, id: number, to: 'up' | 'down'): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    const there = await tx
      .select({ id: rooms.id })
      .from(rooms)
      .where(eq(rooms.eventId, event.id))
      .orderBy(asc(rooms.position), asc(rooms.id));
    const ids = there.map((one) => one.id);
    const at = ids.indexOf(id);
    if (at < 0) return refuse('not_found', 'room_unknown');
    const moved = ids.toSpliced(at, 1).toSpliced(to === 'up' ? Math.max(0, at - 1) : at + 1, 0, id);
    const order = sql.join(
      moved.map((one) => sql`${one}::int`),
      sql`, `,
    );
    await tx
      .update(rooms)
      .set({ position: sql`array_position(array[${order}], ${rooms.id})` })
      .where(eq(rooms.eventId, event.id));
    return ok(null);
  });

/** Refuses: event_unknown, not_organiser, room_unknown, room_used (how many sessions are in it). */
export const removeRoom = (ctx: Ctx, slug: string, id: number): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    const used = await usedBy(tx, and(eq(placements.eventId, event.id), eq(placements.roomId, id)));
    if (used > 0) return refuse('conflict', 'room_used', { count: used });
    const gone = await tx
      .delete(rooms)
      .where(and(eq(rooms.id, id), eq(rooms.eventId, event.id)))
      .returning({ id: rooms.id });
    return gone.length > 0 ? ok(null) : refuse('not_found', 'room_unknown');
  });

const roomTaken = (name: string) => invalid([{ field: 'name', code: 'room_taken', data: { name } }]);
