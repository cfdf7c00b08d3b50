import { and, desc, eq, gt } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { entrances } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { maySee } from '../organising/rules.ts';
import { entranceKey } from './rules.ts';

export type Entrance = { key: string; endsAt: Date };

/** The link for the wall that is open just now, if one is. Refuses: not_organiser. */
export async function openEntranceOf(ctx: Ctx, eventId: number): Promise<Result<Entrance | undefined>> {
  if (!maySee(ctx.actor, eventId)) return refuse('forbidden', 'not_organiser');
  const [row] = await ctx.db
    .select({ key: entrances.key, endsAt: entrances.endsAt })
    .from(entrances)
    .where(and(eq(entrances.eventId, eventId), gt(entrances.endsAt, ctx.now())))
    .orderBy(desc(entrances.id))
    .limit(1);
  return ok(row);
}

/** Whether the token is that of a link for the wall of the event, open just now. */
export async function isEntrance(
  { db, secret, now }: { db: Run; secret: string; now: () => Date },
  eventId: number,
  token: string,
): Promise<boolean> {
  const key = entranceKey(secret, token);
  if (!key) return false;
  const rows = await db
    .select({ id: entrances.id })
    .from(entrances)
    .where(and(eq(entrances.key, key), eq(entrances.eventId, eventId), gt(entrances.endsAt, now())));
  return rows.length > 0;
}
