import { eq, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, placements } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { gridChanged } from '../../jobs/enqueue.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { jsonOf } from '../../shared/text.ts';
import { mayManage } from '../organising/rules.ts';

/** The event whose grid is set up. */
export type Event = { id: number; name: string; zone: string; startsAt: Date; endsAt: Date };

/** Opens the grid to those who hold sessions, or locks it for all but organisers. Refuses: event_unknown, not_organiser. */
export const openGrid = (ctx: Ctx, slug: string, open: boolean): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    await tx.update(events).set({ gridOpen: open, updatedAt: ctx.now() }).where(eq(events.id, event.id));
    return ok(null);
  });

/** Work on rooms and slots: under the event's lock, as for everything on its grid, and by its organisers alone. */
export function managing<T>(
  ctx: Ctx,
  slug: string,
  work: (tx: Run, event: Event) => Promise<Result<T>>,
): Promise<Result<T>> {
  return transact(ctx.db, async (tx) => {
    const { id, name, zone, startsAt, endsAt } = events;
    const [event] = await tx
      .select({ id, name, zone, startsAt, endsAt })
      .from(events)
      .where(eq(events.slug, slug))
      .for('no key update');
    if (!event) return refuse('not_found', 'event_unknown');
    return mayManage(ctx.actor, event.id) ? work(tx, event) : refuse('forbidden', 'not_organiser');
  });
}

/** How many sessions are there. */
export async function usedBy(tx: Run, condition: SQL | undefined): Promise<number> {
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(placements).where(condition);
  return row!.count;
}

/** What a room or a time was before it changed. */
type Was = { roomId: number; room: string } | { slotId: number; startsAt: Date; endsAt: Date };

/**
 * A room has another name, or a slot other times: all that is placed there has moved for its readers. To be called
 * after the change, in its transaction; one statement however many sessions there are.
 */
export async function recordMoved(tx: Run, ctx: Ctx, was: Was) {
  const here = 'roomId' in was ? sql`p.room_id = ${was.roomId}` : sql`p.slot_id = ${was.slotId}`;
  const before =
    'roomId' in was
      ? { room: was.room }
      : { startsAt: was.startsAt.toISOString(), endsAt: was.endsAt.toISOString() };
  const now = ctx.now().toISOString();
  const { rows } = await tx.execute<{ event_id: number }>(sql`
    with here as (
      select p.session_id, p.event_id, jsonb_build_object('room', r.name,
        'startsAt', ${iso(sql`t.starts_at`)}, 'endsAt', ${iso(sql`t.ends_at`)}) cell
      from placements p join rooms r on r.id = p.room_id join slots t on t.id = p.slot_id
      where ${here}
    ), moved as (
      update sessions s set version = s.version + 1, updated_at = ${now}::timestamptz
      from here where s.id = here.session_id
    )
    insert into grid_changes (event_id, session_id, kind, before, after, person_id, created_at)
    select event_id, session_id, 'moved', cell || ${jsonOf(before)}::jsonb, cell,
      ${ctx.actor.personId ?? null}::int, ${now}::timestamptz
    from here order by session_id
    returning event_id`);
  if (rows[0]) await gridChanged(tx, rows[0].event_id, ctx.now());
}

/** As Date.toISOString gives it. */
const iso = (at: SQL) => sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
