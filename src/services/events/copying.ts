import { sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { plusDays } from '../../shared/time.ts';
import { organisesSite } from '../organising/rules.ts';
import { eventMadeBy, lockManaged } from './changing.ts';
import type { Event } from './queries.ts';

/**
 * A draft like this event, so many days later at the same hours. The same `requestKey` twice is one copy.
 * Refuses: event_unknown, not_organiser.
 */
export const duplicateEvent = (
  ctx: Ctx,
  slug: string,
  days = 28,
  requestKey: string | null = null,
): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
    // Under the lock of what is copied: the form that was sent before has made its copy by now.
    const before = await eventMadeBy(tx, requestKey);
    if (before) return ok(before);
    const { id: _, createdAt: __, updatedAt: ___, ...copy } = found.value;
    const later = (at: Date | null) => at && plusDays(at, copy.zone, days);
    const [made] = await tx
      .insert(events)
      .values({
        ...copy,
        slug: await freeSlug(tx, copy.slug),
        startsAt: later(copy.startsAt)!,
        endsAt: later(copy.endsAt)!,
        opensAt: later(copy.opensAt),
        closesAt: later(copy.closesAt),
        sheetAt: later(copy.sheetAt),
        state: 'draft',
        taken: 0,
        held: 0,
        waiting: 0,
        nextPosition: 1,
        firstPosition: 1,
        nextSession: 1,
        gridOpen: true,
        strangersSince: null,
        strangersToldAt: null,
        version: 0,
        publishedAt: null,
        cancelledAt: null,
        cancelMessage: '',
        requestKey,
      })
      .returning();
    return ok(made!);
  });

async function freeSlug(tx: Run, slug: string): Promise<string> {
  const stem = slug.replace(/-\d+$/, '').slice(0, 54);
  const rows = await tx
    .select({ slug: events.slug })
    .from(events)
    .where(sql`${events.slug} like ${`${stem}-%`}`);
  const taken = new Set(rows.map((row) => row.slug));
  let n = 2;
  while (taken.has(`${stem}-${n}`)) n++;
  return `${stem}-${n}`;
}
