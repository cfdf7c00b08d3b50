import { eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events } from '../../db/schema.ts';
import { type EventChange, enqueue } from '../../jobs/enqueue.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import type { Event } from './queries.ts';

// What every command that changes an event begins and ends with.

/** The event of that slug, locked for whoever manages it. Refuses: event_unknown, not_organiser. */
export async function lockManaged(tx: Run, ctx: Ctx, slug: string): Promise<Result<Event>> {
  const [event] = await tx.select().from(events).where(eq(events.slug, slug)).for('no key update');
  if (!event) return refuse('not_found', 'event_unknown');
  return mayManage(ctx.actor, event.id) ? ok(event) : refuse('forbidden', 'not_organiser');
}

/** The event that the same form made when it was sent before. */
export async function eventMadeBy(tx: Run, requestKey?: string | null): Promise<Event | undefined> {
  if (!requestKey) return undefined;
  const [made] = await tx.select().from(events).where(eq(events.requestKey, requestKey));
  return made;
}

/** One job an event: a change that waits to be told is replaced by the next one, as what is told is how things stand then. */
export const tellEveryone = (tx: Run, { id, version }: Event, kind: EventChange) =>
  enqueue(tx, 'tell_event', { event: id, kind, version }, { key: `tell_event:${id}` });

/** Writes these values as the event's next version. */
export async function set(tx: Run, event: Event, values: Partial<Event>, now: Date): Promise<Event> {
  const [after] = await tx
    .update(events)
    .set({ ...values, version: sql`${events.version} + 1`, updatedAt: now })
    .where(eq(events.id, event.id))
    .returning();
  return after!;
}
