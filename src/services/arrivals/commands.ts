import { and, between, eq, min, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { arrivals, events, registrations } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { maySee } from '../organising/rules.ts';

/** What came of a mark: of how many it is new, and since when the first of them has been here if it was not the first. */
export type Marked = { name: string; fresh: number; since: Date | null };

/** One of a party by their position (0 registered), or all of it. */
export type WhoCame = { registration: number; position: number | 'all' };

/**
 * Marks at the door that somebody, or a whole party, has come; twice is no error, and the first time stands and is told. For helpers
 * too. Refuses: event_unknown, not_organiser, registration_unknown, not_on_list (they wait, have an offer, or have cancelled).
 */
export const checkIn = (ctx: Ctx, slug: string, who: WhoCame): Promise<Result<Marked>> =>
  marking(
    ctx,
    slug,
    who,
    (row) => sql`insert into ${arrivals} (registration_id, position, at, person_id)
    select ${row.id}::int, n, ${ctx.now()}::timestamptz, ${ctx.actor.personId ?? null}::int
    from generate_series(${row.from}::int, ${row.to}::int) n on conflict do nothing`,
  );

/** Takes it back. Refuses as `checkIn`. */
export const undoCheckIn = (ctx: Ctx, slug: string, who: WhoCame): Promise<Result<Marked>> =>
  marking(
    ctx,
    slug,
    who,
    (row) => sql`delete from ${arrivals}
    where registration_id = ${row.id} and position between ${row.from} and ${row.to}`,
  );

type Row = { id: number; from: number; to: number };

const marking = (
  ctx: Ctx,
  slug: string,
  { registration, position }: WhoCame,
  statement: (row: Row) => ReturnType<typeof sql>,
): Promise<Result<Marked>> =>
  transact(ctx.db, async (tx) => {
    const [event] = await tx.select({ id: events.id }).from(events).where(eq(events.slug, slug));
    if (!event) return refuse('not_found', 'event_unknown');
    if (!maySee(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
    const [row] = await tx
      .select({ name: registrations.name, state: registrations.state, size: registrations.size })
      .from(registrations)
      .where(and(eq(registrations.id, registration), eq(registrations.eventId, event.id)));
    if (!row || (position !== 'all' && position >= row.size))
      return refuse('not_found', 'registration_unknown');
    if (row.state !== 'confirmed') return refuse('conflict', 'not_on_list', { name: row.name });
    const [from, to] = position === 'all' ? [0, row.size - 1] : [position, position];
    const [before] = await tx
      .select({ since: min(arrivals.at) })
      .from(arrivals)
      .where(and(eq(arrivals.registrationId, registration), between(arrivals.position, from, to)));
    const marked = await tx.execute(statement({ id: registration, from, to }));
    return ok({ name: row.name, fresh: marked.rowCount ?? 0, since: before?.since ?? null });
  });
