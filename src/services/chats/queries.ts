import { and, asc, desc, eq, gt, lt } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { chatMessages } from '../../db/schema.ts';

export type Message = typeof chatMessages.$inferSelect;

/** The last messages of a web chat before the one with that id, or the very last; in their order. */
export async function messagesBefore(
  run: Run,
  address: string,
  limit: number,
  before?: number,
): Promise<Message[]> {
  const rows = await run
    .select()
    .from(chatMessages)
    .where(and(eq(chatMessages.address, address), before ? lt(chatMessages.id, before) : undefined))
    .orderBy(desc(chatMessages.id))
    .limit(limit);
  return rows.reverse();
}

/** What was said after the message with that id, in its order. */
export const messagesAfter = (run: Run, address: string, after: number, limit = 100): Promise<Message[]> =>
  run
    .select()
    .from(chatMessages)
    .where(and(eq(chatMessages.address, address), gt(chatMessages.id, after)))
    .orderBy(asc(chatMessages.id))
    .limit(limit);
