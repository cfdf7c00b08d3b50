import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import { chatrooms, events } from '../../db/schema.ts';

export type Chatroom = { jid: string; slug: string; kind: string };

/** The rooms to be in: until a day after their event. */
export const roomsToBeIn = ({ db, now }: Base): Promise<Chatroom[]> =>
  db
    .select({ jid: chatrooms.jid, slug: events.slug, kind: events.kind })
    .from(chatrooms)
    .innerJoin(events, eq(events.id, chatrooms.eventId))
    .where(and(isNull(chatrooms.leftAt), sql`${events.endsAt} > ${now()}::timestamptz - interval '1 day'`))
    .orderBy(chatrooms.id)
    .limit(500);
