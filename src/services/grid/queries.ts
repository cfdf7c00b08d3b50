import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { gridChanges, rooms, sessions, slots } from '../../db/schema.ts';
import { type Session, sessionsOf } from '../sessions/queries.ts';
import { pairKey, type StarredPairs } from './rules.ts';

export type GridRoom = typeof rooms.$inferSelect;
export type GridSlot = typeof slots.$inferSelect;
export type Grid = { rooms: GridRoom[]; slots: GridSlot[]; sessions: Session[] };

/** All of an event's grid in three queries, whatever its size; `starred` and hosts are told for the person who looks. */
export async function gridOf(run: Run, eventId: number, personId?: number): Promise<Grid> {
  const [rooms, slots, sessions] = await Promise.all([
    roomsOf(run, eventId),
    slotsOf(run, eventId),
    sessionsOf(run, eventId, personId),
  ]);
  return { rooms, slots, sessions };
}

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

/** How many people starred both of two sessions, for all pairs of an event that anybody did. */
export async function starredPairs(run: Run, eventId: number): Promise<StarredPairs> {
  const found = await run.execute<{ a: number; b: number; both: number }>(sql`
    select s.number a, t.number b, count(*)::int "both"
    from stars x join stars y on y.person_id = x.person_id and y.session_id > x.session_id
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
