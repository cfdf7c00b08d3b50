import { eq } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import { people } from '../../db/schema.ts';
import { tokenFits, tokenKey } from '../../shared/ids.ts';

/** Whose private calendar a token opens: that and nothing more, it signs nobody in. Undefined when it is none of ours, or renewed. */
export async function personOfFeed({ db, secret }: Base, token: string): Promise<number | undefined> {
  const key = tokenKey(token);
  if (!key || !tokenFits(token, secret, 'feed', key)) return undefined;
  const [row] = await db.select({ id: people.id }).from(people).where(eq(people.feedKey, key));
  return row?.id;
}
