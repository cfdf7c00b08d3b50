import { and, eq, gt } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { entrances } from '../../db/schema.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { entranceHours } from './rules.ts';

/**
 * Opens a link for the wall of an event for some hours, instead of the one that is open: whoever registers by it does not count on the
 * network of the room. Refuses: not_organiser, invalid.
 */
export async function openEntrance(
  ctx: Ctx,
  eventId: number,
  hours: number,
): Promise<Result<{ key: string }>> {
  if (!mayManage(ctx.actor, eventId)) return refuse('forbidden', 'not_organiser');
  if (!entranceHours.some((one) => one === hours)) return invalid([{ field: 'hours', code: 'option' }]);
  const endsAt = new Date(ctx.now().getTime() + hours * 3_600_000);
  const row = await ctx.db.transaction(async (tx) => {
    await tx.update(entrances).set({ endsAt: ctx.now() }).where(isOpen(ctx, eventId));
    const [made] = await tx
      .insert(entrances)
      .values({ eventId, endsAt, openedBy: ctx.actor.personId, createdAt: ctx.now() })
      .returning({ key: entrances.key });
    return made!;
  });
  ctx.log.info({ event: eventId, by: ctx.actor.personId, hours }, 'a link for the wall was opened');
  return ok(row);
}

/** Ends the link at once. Ended already is no error. Refuses: not_organiser. */
export async function closeEntrance(ctx: Ctx, eventId: number): Promise<Result<null>> {
  if (!mayManage(ctx.actor, eventId)) return refuse('forbidden', 'not_organiser');
  await ctx.db.update(entrances).set({ endsAt: ctx.now() }).where(isOpen(ctx, eventId));
  ctx.log.info({ event: eventId, by: ctx.actor.personId }, 'a link for the wall was closed');
  return ok(null);
}

const isOpen = (ctx: Ctx, eventId: number) =>
  and(eq(entrances.eventId, eventId), gt(entrances.endsAt, ctx.now()));
