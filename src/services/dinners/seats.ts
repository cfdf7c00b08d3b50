import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { seatings } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { type Guest, type Hall, hallOf } from './hall.ts';
import { wishes } from './near.ts';
import { type Seated, seat } from './seating.ts';
import { lockHall, tableUnknown } from './tables.ts';

/** One of a party by their position, or all of it. */
export type Who = { registration: number; position: number | 'all' };

/**
 * Puts somebody, or a whole party, at a table, or at none (null). `from`: where the organiser saw them, so that two who seat people
 * at once undo nothing of each other. Refuses: event_unknown, not_organiser, registration_unknown, table_unknown, table_full,
 * moved_meanwhile.
 */
export const seatGuest = (
  ctx: Ctx,
  slug: string,
  who: Who,
  to: number | null,
  from?: number | null,
): Promise<Result<{ name: string }>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockHall(tx, ctx, slug);
    if (!found.ok) return found;
    const hall = await hallOf(tx, found.value.id);
    const moved = hall.guests.filter(
      (one) =>
        one.registration === who.registration && (who.position === 'all' || one.position === who.position),
    );
    const [first] = moved;
    if (!first) return refuse('not_found', 'registration_unknown');
    const name = first.name ?? first.by;
    if (from !== undefined && moved.some((one) => one.tableId !== from))
      return refuse('conflict', 'moved_meanwhile', { name });
    const table = hall.tables.find((one) => one.id === to);
    if (to !== null && !table) return tableUnknown;
    if (table) {
      const there = hall.guests.filter((one) => one.tableId === to && !moved.includes(one)).length;
      if (there + moved.length > table.seats)
        return refuse('conflict', 'table_full', {
          table: table.name,
          count: Math.max(0, table.seats - there),
        });
    }
    await write(tx, moved, to === null ? [] : moved.map((one) => ({ ...one, tableId: to, kept: true })));
    return ok({ name });
  });

/**
 * Seats everybody who sits nowhere, and everybody whom no organiser has placed, anew; `afresh`: those too. Gives how many found no
 * seat. Refuses: event_unknown, not_organiser, no_tables.
 */
export const seatEverybody = (ctx: Ctx, slug: string, afresh: boolean): Promise<Result<{ left: number }>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockHall(tx, ctx, slug);
    if (!found.ok) return found;
    const hall = await hallOf(tx, found.value.id);
    if (hall.tables.length === 0) return refuse('conflict', 'no_tables');
    const seating = seat(partiesOf(hall, afresh), hall.tables);
    const placed = hall.guests.flatMap((one) => {
      const tableId = seating.get(one.registration)?.get(one.position);
      return tableId === undefined ? [] : [{ ...one, tableId, kept: !afresh && one.kept }];
    });
    await write(tx, hall.guests, placed);
    return ok({ left: hall.guests.length - placed.length });
  });

/** The parties of a hall as the seating takes them. */
export function partiesOf({ guests }: Hall, afresh = false): Seated[] {
  const parties = new Map<number, Guest[]>();
  for (const one of guests) parties.set(one.registration, [...(parties.get(one.registration) ?? []), one]);
  const likes = wishes(
    [...parties].map(([id, all]) => ({
      id,
      names: all.flatMap((one) => one.name ?? []),
      near: all[0]!.near,
    })),
  );
  return [...parties].map(([id, all]) => ({
    id,
    size: all.length,
    kept: new Map(
      afresh
        ? []
        : all.flatMap((one): [number, number][] =>
            one.kept && one.tableId !== null ? [[one.position, one.tableId]] : [],
          ),
    ),
    likes: likes.get(id)!,
  }));
}

type Placed = { registration: number; position: number; tableId: number; kept: boolean };

/** Takes these people off their seats, and puts those where they are to sit: two statements. */
async function write(tx: Run, off: Guest[], on: Placed[]) {
  if (off.length === 0) return;
  const ids = [...new Set(off.map((one) => one.registration))];
  const positions = off.map((one) => one.position);
  await tx
    .delete(seatings)
    .where(
      ids.length === 1
        ? and(eq(seatings.registrationId, ids[0]!), inArray(seatings.position, positions))
        : sql`${seatings.registrationId} = any(${sql.param(ids)}::int[])`,
    );
  if (on.length === 0) return;
  await tx.insert(seatings).values(
    on.map(({ registration, position, tableId, kept }) => ({
      registrationId: registration,
      position,
      tableId,
      kept,
    })),
  );
}
