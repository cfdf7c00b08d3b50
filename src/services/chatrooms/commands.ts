import { and, eq, sql } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { chatrooms, events, gridChanges } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { parseRoom } from './rules.ts';

/**
 * Sends the bot into a room of an event; `announces`: there it says what begins and what of the grid changes. Again, it changes that.
 * Refuses: event_unknown, not_organiser, event_over, invalid (room), chatroom_taken (it is another event's, of other organisers).
 */
export async function inviteBot(
  ctx: Ctx,
  slug: string,
  input: { room: string; announces: boolean },
): Promise<Result<{ jid: string }>> {
  const [event] = await ctx.db.select().from(events).where(eq(events.slug, slug));
  if (!event) return refuse('not_found', 'event_unknown');
  if (!mayManage(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  if (event.endsAt <= ctx.now()) return refuse('gone', 'event_over', { event: event.name });
  const jid = parseRoom(input.room);
  if (!jid) return invalid([{ field: 'room', code: 'room' }]);
  // What was before it came is old news.
  const gridTold = sql<number>`coalesce((select max(id) from ${gridChanges} where event_id = ${event.id}), 0)`;
  const { announces } = input;
  const set = { eventId: event.id, announces, gridTold, personId: ctx.actor.personId ?? null };
  return transact(ctx.db, async (tx) => {
    const fresh = await tx
      .insert(chatrooms)
      .values({ jid, ...set })
      .onConflictDoNothing()
      .returning({ id: chatrooms.id });
    if (fresh.length > 0) return ok({ jid });
    if (!(await mayTake(tx, ctx, jid))) return refuse('conflict', 'chatroom_taken', { room: jid });
    await tx
      .update(chatrooms)
      .set({ ...set, leftAt: null })
      .where(eq(chatrooms.jid, jid));
    return ok({ jid });
  });
}

/** A room that belongs to another event, which is not over, is moved by those alone who organise both. Locks the room. */
async function mayTake(tx: Run, ctx: Ctx, jid: string): Promise<boolean> {
  const [room] = await tx
    .select({ eventId: chatrooms.eventId, endsAt: events.endsAt })
    .from(chatrooms)
    .innerJoin(events, eq(events.id, chatrooms.eventId))
    .where(eq(chatrooms.jid, jid))
    .for('update', { of: chatrooms });
  return !room || room.endsAt <= ctx.now() || mayManage(ctx.actor, room.eventId);
}

/** It was told to leave a room, or was put out of it. */
export async function leftRoom({ db, now }: Base, jid: string): Promise<void> {
  await db
    .update(chatrooms)
    .set({ leftAt: now() })
    .where(and(eq(chatrooms.jid, jid), sql`${chatrooms.leftAt} is null`));
}
