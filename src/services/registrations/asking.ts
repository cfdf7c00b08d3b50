import { and, eq, gte, isNull, lte, ne, notInArray, or, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { events, registrations } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { tellableAt } from './offers.ts';
import { proofTimes } from './proof.ts';
import { closedToAnswers, mostHours } from './rules.ts';

/** How many are told by one job. */
const batch = 500;

/**
 * Asks everybody for proof who registered themselves since many strangers came, has never proved their address and is not asked just now; and
 * whoever registers from now on, as if the event had asked from the start. The hours count from when they are told. Gives how many are
 * asked. Refuses: event_unknown, not_organiser, event_cancelled, event_over, invalid, too_late_to_prove, nobody_to_ask.
 */
export async function askProof(
  ctx: Ctx,
  eventId: number,
  { since, hours }: { since: Date; hours: number },
): Promise<Result<{ asked: number }>> {
  if (!mayManage(ctx.actor, eventId)) return refuse('forbidden', 'not_organiser');
  if (!Number.isInteger(hours) || hours < 1 || hours > mostHours)
    return invalid([{ field: 'proveHours', code: 'whole', data: { max: mostHours } }]);
  return transact(ctx.db, async (tx) => {
    const [event] = await tx.select().from(events).where(eq(events.id, eventId)).for('no key update');
    if (!event) return refuse('not_found', 'event_unknown');
    const now = ctx.now();
    const closed = closedToAnswers(event, now);
    if (closed) return { ok: false, refusal: closed };
    const tellAt = tellableAt(now, event.zone);
    const times = proofTimes(tellAt, { hours, startsAt: event.startsAt, zone: event.zone });
    if (!times) return refuse('conflict', 'too_late_to_prove', { event: event.name });
    await tx
      .update(events)
      .set({ proveHours: hours, version: sql`${events.version} + 1`, updatedAt: now })
      .where(eq(events.id, eventId));
    const asked = await tx
      .update(registrations)
      .set({ proveBy: times.until, proveRemindAt: times.remindAt, proveAskedAt: now })
      .where(
        and(
          eq(registrations.eventId, eventId),
          ne(registrations.state, 'cancelled'),
          gte(registrations.createdAt, since),
          // Whoever is still here after the end was never told of it.
          or(isNull(registrations.proveBy), lte(registrations.proveBy, now)),
          notInArray(registrations.door, ['organiser', 'import']),
          sql`${registrations.personId} in (select id from people where verified_at is null)`,
        ),
      )
      .returning({ id: registrations.id });
    if (asked.length === 0) return refuse('conflict', 'nobody_to_ask');
    for (let from = 0; from < asked.length; from += batch) {
      const changes = asked.slice(from, from + batch).map(({ id }): [number, 'prove'] => [id, 'prove']);
      await enqueue(tx, 'tell', { changes }, { runAt: tellAt > now ? tellAt : undefined });
    }
    return ok({ asked: asked.length });
  });
}
