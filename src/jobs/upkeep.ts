import { and, like, lt } from 'drizzle-orm';
import type { Base } from '../context.ts';
import { chatCodes, conversations, inbox, limits, signIns } from '../db/schema.ts';
import { endOverdueOffers } from '../services/registrations/overdue.ts';

const day = 24 * 3600 * 1000;

/**
 * Removes what is of no use any more: links and codes a day after they expired (until then their page can say that they
 * did), answers to chat messages after a week (no network delivers a copy later than that), forms in a chat that were left
 * a day ago, counts whose windows are over. Sees to offers without an end.
 */
export async function upkeep(base: Base): Promise<void> {
  const { db, now } = base;
  const ago = (days: number) => new Date(now().getTime() - days * day);
  await db.delete(signIns).where(lt(signIns.expiresAt, ago(1)));
  await db.delete(chatCodes).where(lt(chatCodes.expiresAt, ago(1)));
  await db.delete(inbox).where(lt(inbox.createdAt, ago(7)));
  await db
    .delete(conversations)
    .where(and(like(conversations.address, '% %'), lt(conversations.updatedAt, ago(1))));
  await db.delete(limits).where(and(lt(limits.until, now()), lt(limits.todayUntil, now())));
  await endOverdueOffers(base);
}
