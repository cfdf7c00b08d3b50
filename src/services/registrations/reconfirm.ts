import { eq } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { events, registrations } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { byToken, ownOf } from './finding.ts';
import { closedToAnswers } from './rules.ts';

/**
 * Whoever has places says that they still come. Twice is no error; no answer loses nobody a place.
 * Refuses: link_unknown, not_registered, registration_cancelled, no_places_yet, event_cancelled, event_over.
 */
export async function reconfirm(
  ctx: Ctx,
  which: { token: string } | { event: string },
): Promise<Result<null>> {
  const found = 'token' in which ? await byToken(ctx, which.token) : await ownOf(ctx, which.event);
  if (!found.ok) return found;
  const [row] = await ctx.db
    .select({ state: registrations.state, event: events })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .where(eq(registrations.id, found.value.id));
  const { state, event } = row!;
  const closed = closedToAnswers(event, ctx.now());
  if (closed) return { ok: false, refusal: closed };
  if (state === 'cancelled') return refuse('gone', 'registration_cancelled', { event: event.name });
  if (state !== 'confirmed') return refuse('conflict', 'no_places_yet', { event: event.name });
  await ctx.db
    .update(registrations)
    .set({ reconfirmedAt: ctx.now() })
    .where(eq(registrations.id, found.value.id));
  return ok(null);
}
