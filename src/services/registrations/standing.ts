import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { people, registrations } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import type { Event } from '../events/queries.ts';
import { maySee } from '../organising/rules.ts';
import { reasonOf, type Stands } from './reasons.ts';

export type InLine = Stands & {
  id: number;
  name: string;
  email: string;
  position: number;
  createdAt: Date;
  reason: ReturnType<typeof reasonOf>;
};

/** How many of the line are shown at once. */
export const shownInLine = 50;

/**
 * The waiting list in its order, with those who have an offer, and why each stands where it does. `after`: the position at which
 * the page before ended. Two queries, however long it is. Refuses: not_organiser.
 */
export async function lineOf(
  ctx: Ctx,
  event: Event,
  after?: number,
): Promise<Result<{ rows: InLine[]; free: number | null; next?: number }>> {
  if (!maySee(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  const rows = await ctx.db
    .select({
      id: registrations.id,
      name: registrations.name,
      email: people.email,
      state: registrations.state,
      size: registrations.size,
      position: registrations.position,
      offerExpiresAt: registrations.offerExpiresAt,
      skippedAt: registrations.skippedAt,
      createdAt: registrations.createdAt,
      ahead: sql<number>`(select count(*)::int from registrations w where w.event_id = ${registrations.eventId}
        and w.state = 'waitlisted' and w.position < ${registrations.position})`,
    })
    .from(registrations)
    .innerJoin(people, eq(people.id, registrations.personId))
    .where(
      and(
        eq(registrations.eventId, event.id),
        inArray(registrations.state, ['waitlisted', 'offered']),
        after === undefined ? undefined : gt(registrations.position, after),
      ),
    )
    .orderBy(asc(registrations.position))
    .limit(shownInLine + 1);
  const free = event.capacity === null ? null : event.capacity - event.taken - event.held;
  const shown = rows.slice(0, shownInLine);
  return ok({
    rows: shown.map((row) => ({ ...row, reason: reasonOf(row, free, event.line) })),
    free,
    next: rows.length > shownInLine ? shown.at(-1)!.position : undefined,
  });
}

export type Reconfirmed = { asked: number; yes: number; silent: number };

/** Of the people who have places: how many were asked whether they still come, said yes, and have not answered. */
export async function reconfirmed(run: Run, eventId: number): Promise<Reconfirmed> {
  const [row] = await run
    .select({
      asked: sql<number>`coalesce(sum(size) filter (where ${registrations.reconfirmAskedAt} is not null), 0)::int`,
      yes: sql<number>`coalesce(sum(size) filter (where ${registrations.reconfirmedAt} is not null), 0)::int`,
      silent: sql<number>`coalesce(sum(size) filter (where ${registrations.reconfirmAskedAt} is not null
        and ${registrations.reconfirmedAt} is null), 0)::int`,
    })
    .from(registrations)
    .where(and(eq(registrations.eventId, eventId), eq(registrations.state, 'confirmed')));
  return row!;
}
