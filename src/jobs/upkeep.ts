import { lt } from 'drizzle-orm';
import type { Base } from '../context.ts';
import { chatCodes, inbox, signIns } from '../db/schema.ts';

const day = 24 * 3600 * 1000;

/**
 * Removes what is of no use any more: links and codes a day after they expired (until then their page can say that they
 * did), answers to chat messages after a week (no network delivers a copy later than that).
 */
export async function upkeep({ db, now }: Base): Promise<void> {
  const ago = (days: number) => new Date(now().getTime() - days * day);
  await db.delete(signIns).where(lt(signIns.expiresAt, ago(1)));
  await db.delete(chatCodes).where(lt(chatCodes.expiresAt, ago(1)));
  await db.delete(inbox).where(lt(inbox.createdAt, ago(7)));
}
