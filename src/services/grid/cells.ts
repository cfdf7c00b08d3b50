import { and, eq } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { type Cell, gridChanges, placements, rooms, sessions, slots } from '../../db/schema.ts';
import { gridChanged } from '../../jobs/enqueue.ts';
import type { Refusal } from '../../shared/result.ts';
import { type Session, sessionByNumber } from '../sessions/queries.ts';
import type { GridRoom, GridSlot } from './queries.ts';

// What the commands of the grid read and write of a cell, under the event's lock.

export type FoundCell = { room: GridRoom; slot: GridSlot };

export async function cellOf(
  tx: Run,
  eventId: number,
  { roomId, slotId }: { roomId: number; slotId: number },
): Promise<FoundCell | undefined> {
  const [row] = await tx
    .select({ room: rooms, slot: slots })
    .from(rooms)
    .innerJoin(slots, eq(slots.eventId, rooms.eventId))
    .where(and(eq(rooms.eventId, eventId), eq(rooms.id, roomId), eq(slots.id, slotId)));
  return row;
}

export async function holderOf(
  tx: Run,
  { roomId, slotId }: { roomId: number; slotId: number },
  eventId: number,
): Promise<Session | undefined> {
  const [row] = await tx
    .select({ number: sessions.number })
    .from(placements)
    .innerJoin(sessions, eq(sessions.id, placements.sessionId))
    .where(and(eq(placements.roomId, roomId), eq(placements.slotId, slotId)));
  return row && sessionByNumber(tx, eventId, row.number);
}

export const taken = (holder: Session, { room }: FoundCell): Refusal => ({
  kind: 'conflict',
  code: 'cell_taken',
  data: {
    room: room.name,
    number: holder.number,
    title: holder.title,
    hosts: holder.hosts.map((one) => one.name).join(', '),
  },
});

export async function put(
  tx: Run,
  session: Session,
  eventId: number,
  { roomId, slotId }: { roomId: number; slotId: number },
  now: Date,
) {
  const place = { eventId, roomId, slotId, placedAt: now };
  await tx
    .insert(placements)
    .values({ sessionId: session.id, ...place })
    .onConflictDoUpdate({ target: placements.sessionId, set: place });
}

/** The change for those who ask what is new, and a version for calendars. */
export async function record(
  tx: Run,
  ctx: Ctx,
  session: Session,
  kind: 'placed' | 'moved' | 'unplaced',
  after: Cell | null,
  requestKey?: string,
) {
  await tx
    .update(sessions)
    .set({ version: session.version + 1, updatedAt: ctx.now() })
    .where(eq(sessions.id, session.id));
  await tx.insert(gridChanges).values({
    eventId: session.eventId,
    sessionId: session.id,
    kind,
    before: session.place && placed(session.place),
    after,
    personId: ctx.actor.personId,
    requestKey,
    createdAt: ctx.now(),
  });
  await gridChanged(tx, session.eventId, ctx.now());
}

export const placed = (place: NonNullable<Session['place']>): Cell => ({
  room: place.room,
  startsAt: place.startsAt.toISOString(),
  endsAt: place.endsAt.toISOString(),
});

/** The cell as changes keep it: by names and times. */
export const asCell = ({ room, slot }: FoundCell): Cell => ({
  room: room.name,
  startsAt: slot.startsAt.toISOString(),
  endsAt: slot.endsAt.toISOString(),
});
