import { and, eq } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { announcements, events } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { readAnnouncement } from './rules.ts';

export type Announced = { id: number };

/**
 * Tells those who come, or everyone with a living registration, by mail and chat. The same `requestKey` twice is one
 * announcement. Refuses: event_unknown, not_organiser, event_over, announce_draft, invalid.
 */
export async function announce(
  ctx: Ctx,
  slug: string,
  input: { text?: unknown; audience?: unknown; requestKey?: string },
): Promise<Result<Announced>> {
  const { text, audience, issues } = readAnnouncement(input);
  return transact(ctx.db, async (tx) => {
    const [event] = await tx.select().from(events).where(eq(events.slug, slug)).for('no key update');
    if (!event) return refuse('not_found', 'event_unknown');
    if (!mayManage(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
    if (event.state === 'draft') return refuse('conflict', 'announce_draft', { event: event.name });
    if (event.endsAt <= ctx.now()) return refuse('gone', 'event_over', { event: event.name });
    if (issues.length > 0) return invalid(issues);
    const { requestKey } = input;
    const [made] = await tx
      .insert(announcements)
      .values({
        ...{ eventId: event.id, text, audience, requestKey },
        personId: ctx.actor.personId,
        createdAt: ctx.now(),
      })
      .onConflictDoNothing()
      .returning({ id: announcements.id });
    if (!made) {
      const [row] = await tx
        .select({ id: announcements.id })
        .from(announcements)
        .where(and(eq(announcements.eventId, event.id), eq(announcements.requestKey, requestKey!)));
      return ok({ id: row!.id });
    }
    await enqueue(tx, 'tell_announcement', { announcement: made.id });
    return ok({ id: made.id });
  });
}
