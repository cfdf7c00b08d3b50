import { eq } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, sessions } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import type { Result } from '../../shared/result.ts';
import { type Session, sessionByNumber } from './queries.ts';
import { refusedHolding } from './rules.ts';

/** Work on a session that the actor holds, under its lock. Refuses: session_unknown, not_host, not_proved. */
export function holding<T>(
  ctx: Ctx,
  event: string,
  number: number,
  work: (tx: Run, session: Session) => Promise<Result<T>>,
): Promise<Result<T>> {
  return transact(ctx.db, async (tx) => {
    const session = await locked(tx, event, number, ctx.actor.personId);
    const refusal = refusedHolding(ctx.actor, session, number);
    return refusal ? { ok: false, refusal } : work(tx, session!);
  });
}

/** The event's row is locked, as for everything on its grid: one order of locks, no deadlock. */
export async function locked(
  tx: Run,
  slug: string,
  number: number,
  personId?: number,
): Promise<Session | undefined> {
  const [event] = await tx
    .select({ id: events.id, state: events.state })
    .from(events)
    .where(eq(events.slug, slug))
    .for('no key update');
  return event && event.state !== 'draft' ? sessionByNumber(tx, event.id, number, personId) : undefined;
}

/** Says that a session is different now where its own row is not: those who look at the grid are told by that row. */
export const touch = (tx: Run, ctx: Ctx, session: Session) =>
  tx.update(sessions).set({ updatedAt: ctx.now() }).where(eq(sessions.id, session.id));
