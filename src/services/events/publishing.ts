import type { Ctx } from '../../context.ts';
import { transact } from '../../db/transact.ts';
import { planAhead } from '../../jobs/planned.ts';
import { clean } from '../../shared/form.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { lockManaged, set, tellEveryone } from './changing.ts';
import type { Event } from './queries.ts';

/** Makes a draft public. Publishing twice changes nothing. Refuses: event_unknown, not_organiser, event_cancelled, event_over. */
export const publishEvent = (ctx: Ctx, slug: string): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const event = found.value;
    if (event.state === 'cancelled') return refuse('gone', 'event_cancelled', { event: event.name });
    if (event.endsAt <= ctx.now()) return refuse('conflict', 'publish_past', { event: event.name });
    if (event.state === 'published') return ok(event);
    const publishedAt = event.publishedAt ?? ctx.now();
    const after = await set(tx, event, { state: 'published', publishedAt }, ctx.now());
    await planAhead(tx, after);
    return ok(after);
  });

/** Cancels an event with a message to everyone registered. Cancelling twice changes nothing. Refuses: event_unknown, not_organiser, cancel_draft, invalid. */
export const cancelEvent = (ctx: Ctx, slug: string, message: string): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const event = found.value;
    if (event.state === 'cancelled') return ok(event);
    // A cancelled event is public, a draft is not.
    if (event.state === 'draft') return refuse('conflict', 'cancel_draft', { event: event.name });
    const text = clean(message);
    if (text.length > 4000)
      return invalid([{ field: 'message', code: 'too_long', data: { max: 4000, length: text.length } }]);
    const values = { state: 'cancelled' as const, cancelledAt: ctx.now(), cancelMessage: text };
    const after = await set(tx, event, values, ctx.now());
    await tellEveryone(tx, after, 'event_cancelled');
    return ok(after);
  });

/** Takes a cancellation back: registrations are as they were. Refuses: event_unknown, not_organiser. */
export const restoreEvent = (ctx: Ctx, slug: string): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    if (found.value.state !== 'cancelled') return ok(found.value);
    const state = found.value.publishedAt ? ('published' as const) : ('draft' as const);
    const after = await set(tx, found.value, { state, cancelledAt: null, cancelMessage: '' }, ctx.now());
    await planAhead(tx, after);
    if (state === 'published') await tellEveryone(tx, after, 'event_changed');
    return ok(after);
  });
