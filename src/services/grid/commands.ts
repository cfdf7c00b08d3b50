import { and, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, gridChanges, placements } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { type Session, sessionByNumber } from '../sessions/queries.ts';
import { mayHold } from '../sessions/rules.ts';
import { asCell, cellOf, holderOf, placed, put, record, taken } from './cells.ts';
import { mayPlace, refusedPlacing, refusedSlot } from './rules.ts';

export { addRoom, editRoom, moveRoom, removeRoom } from './rooms.ts';
export { openGrid } from './setting-up.ts';
export { addSlots, copyDay, editSlot, removeSlot } from './slots.ts';
export { startGrid } from './starting.ts';

export type PlaceInput = {
  event: string;
  /** The session's number. */
  session: number;
  roomId: number;
  slotId: number;
};

/** `before`: where it was, for an undo. */
export type PlacedSession = Session & { before: Session['place'] };

/** For the negative control of the race test alone: neither lock nor look, and a constraint that is not there. */
export const control: { locked: boolean; pause?: () => Promise<void> } = { locked: true };

/**
 * Claims a cell for a session, or moves it there. Refuses: event_unknown, session_unknown, not_host, grid_closed, cell_unknown,
 * cell_common, cell_taken (data: number, title and hosts of who has it), session_withdrawn. To be where it is already is not an error.
 * `byCard`: whoever holds the session's card acts as its host.
 */
export const placeSession = (ctx: Ctx, input: PlaceInput, byCard = false): Promise<Result<PlacedSession>> =>
  onGrid<PlacedSession>(ctx, input.event, input.session, byCard, async (tx, session, eventId) => {
    const cell = await cellOf(tx, eventId, input);
    if (!cell) return refuse('not_found', 'cell_unknown');
    const common = refusedSlot(cell.slot);
    if (common) return { ok: false, refusal: common };
    if (session.place?.roomId === input.roomId && session.place.slotId === input.slotId)
      return ok({ ...session, before: session.place });
    const holder = control.locked ? await holderOf(tx, input, eventId) : undefined;
    if (holder) return { ok: false, refusal: taken(holder, cell) };
    await control.pause?.();
    await put(tx, session, eventId, input, ctx.now());
    await record(tx, ctx, session, session.place ? 'moved' : 'placed', asCell(cell));
    const { room, slot } = cell;
    const place = {
      roomId: room.id,
      room: room.name,
      slotId: slot.id,
      startsAt: slot.startsAt,
      endsAt: slot.endsAt,
    };
    return ok({ ...session, place, before: session.place, version: session.version + 1 });
  });

/** Takes a session off the grid; it stays proposed. Refuses: session_unknown, not_host, grid_closed. */
export const unplaceSession = (
  ctx: Ctx,
  event: string,
  number: number,
  byCard = false,
): Promise<Result<Session>> =>
  onGrid(ctx, event, number, byCard, async (tx, session) => {
    if (!session.place) return ok(session);
    await tx.delete(placements).where(eq(placements.sessionId, session.id));
    await record(tx, ctx, session, 'unplaced', null);
    return ok({ ...session, place: null, version: session.version + 1 });
  });

/**
 * Two sessions change places. The actor holds both, or organises. The same request key twice is one swap.
 * Refuses: as placeSession, not_placed.
 */
export const swapSessions = (
  ctx: Ctx,
  event: string,
  first: number,
  second: number,
  requestKey?: string,
): Promise<Result<[Session, Session]>> =>
  onGrid(ctx, event, first, false, async (tx, a, eventId, gridOpen) => {
    const b = await sessionByNumber(tx, eventId, second, ctx.actor.personId);
    if (!b || b.withdrawnAt) return refuse('not_found', 'session_unknown', { number: second });
    if (!mayPlace(ctx.actor, eventId, gridOpen, mayHold(ctx.actor, b)))
      return refuse('forbidden', 'not_host', { title: b.title });
    if (!a.place || !b.place) return refuse('conflict', 'not_placed', { number: a.place ? second : first });
    if (a.id === b.id || (await doneBefore(tx, eventId, requestKey))) return ok([a, b]);
    // Both leave before both enter: in between neither cell has two.
    await tx.delete(placements).where(sql`${placements.sessionId} in (${a.id}, ${b.id})`);
    await put(tx, a, eventId, b.place, ctx.now());
    await put(tx, b, eventId, a.place, ctx.now());
    await record(tx, ctx, a, 'moved', placed(b.place), requestKey);
    await record(tx, ctx, b, 'moved', placed(a.place));
    return ok([
      { ...a, place: b.place, version: a.version + 1 },
      { ...b, place: a.place, version: b.version + 1 },
    ]);
  });

async function doneBefore(tx: Run, eventId: number, requestKey = ''): Promise<boolean> {
  const found = await tx
    .select({ id: gridChanges.id })
    .from(gridChanges)
    .where(and(eq(gridChanges.eventId, eventId), eq(gridChanges.requestKey, requestKey)));
  return found.length > 0;
}

type Work<T> = (tx: Run, session: Session, eventId: number, gridOpen: boolean) => Promise<Result<T>>;

/** Work on a session's place: under the event's lock, by those who may. */
function onGrid<T>(
  ctx: Ctx,
  slug: string,
  number: number,
  byCard: boolean,
  work: Work<T>,
): Promise<Result<T>> {
  return transact(ctx.db, async (tx) => {
    const asked = tx
      .select({ id: events.id, state: events.state, gridOpen: events.gridOpen, name: events.name })
      .from(events)
      .where(eq(events.slug, slug));
    const [event] = await (control.locked ? asked.for('no key update') : asked);
    if (!event || event.state === 'draft') return refuse('not_found', 'event_unknown');
    const session = await sessionByNumber(tx, event.id, number, ctx.actor.personId);
    const refusal = refusedPlacing(ctx.actor, event, session, number, byCard);
    return refusal ? { ok: false, refusal } : work(tx, session!, event.id, event.gridOpen);
  });
}
