import { and, eq } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { gridChanges, placements, sessions, stars } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { gridChanged } from '../../jobs/enqueue.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { holdsEnough } from './counting.ts';
import { holding, locked } from './holding.ts';
import { readLinks, readSession } from './input.ts';
import { type Session, sessionByNumber } from './queries.ts';
import { revisionOf } from './rules.ts';

export { addHost, removeHost } from './hosting.ts';
export { answerInvitation } from './inviting.ts';
export { type Proposed, propose } from './proposing.ts';

/**
 * Changes a session's texts, and its links where they are given; also after the event. `seen` is the revision that the
 * editor saw: absent, whatever is there is written over.
 * Refuses: session_unknown, not_host, not_proved, session_changed, invalid.
 */
export async function editSession(
  ctx: Ctx,
  event: string,
  number: number,
  raw: Record<string, unknown>,
  seen?: string,
): Promise<Result<Session>> {
  const { values, issues } = readSession(raw);
  const { links: given, issues: badLinks } = readLinks(raw.links);
  return holding(ctx, event, number, async (tx, session) => {
    if (seen !== undefined && seen !== revisionOf(session))
      return refuse('conflict', 'session_changed', { title: session.title });
    const all = [...issues, ...badLinks];
    if (all.length > 0) return invalid(all);
    const links = raw.links === undefined ? session.links : given;
    const version = session.title === values.title ? session.version : session.version + 1;
    const updatedAt = ctx.now();
    await tx
      .update(sessions)
      .set({ ...values, links, version, updatedAt })
      .where(eq(sessions.id, session.id));
    return ok({ ...session, ...values, links, version, updatedAt });
  });
}

/** Takes a session back; its cell is free again. Withdrawing twice changes nothing. Refuses: session_unknown, not_host, not_proved. */
export const withdrawSession = (ctx: Ctx, event: string, number: number): Promise<Result<Session>> =>
  holding(ctx, event, number, async (tx, session) => {
    if (session.withdrawnAt) return ok(session);
    const withdrawnAt = ctx.now();
    await tx.delete(placements).where(eq(placements.sessionId, session.id));
    await tx
      .update(sessions)
      .set({ withdrawnAt, version: session.version + 1, updatedAt: withdrawnAt })
      .where(eq(sessions.id, session.id));
    const { place } = session;
    await tx.insert(gridChanges).values({
      eventId: session.eventId,
      sessionId: session.id,
      kind: 'withdrawn',
      before: place && {
        room: place.room,
        startsAt: place.startsAt.toISOString(),
        endsAt: place.endsAt.toISOString(),
      },
      personId: ctx.actor.personId,
      createdAt: withdrawnAt,
    });
    await gridChanged(tx, session.eventId, withdrawnAt);
    return ok({ ...session, withdrawnAt, place: null });
  });

/**
 * Proposes a withdrawn session anew, under its number and with its stars; it is off the grid. What is not withdrawn stays as it is.
 * Refuses: session_unknown, not_host, not_proved, too_many_sessions, host_holds_enough.
 */
export const restoreSession = (ctx: Ctx, event: string, number: number): Promise<Result<Session>> =>
  holding(ctx, event, number, async (tx, session) => {
    if (!session.withdrawnAt) return ok(session);
    const others = session.hosts.map((one) => one.personId);
    const enough = await holdsEnough(tx, ctx.actor, session.eventId, others);
    if (enough) return { ok: false, refusal: enough };
    const version = session.version + 1;
    await tx
      .update(sessions)
      .set({ withdrawnAt: null, version, updatedAt: ctx.now() })
      .where(eq(sessions.id, session.id));
    return ok({ ...session, withdrawnAt: null, version });
  });

/**
 * Shows or takes back interest, one star a person. It counts for others once the person has proved who they are. Refuses:
 * session_unknown, not_signed_in. Counts are true under any rush.
 */
export async function setStar(
  ctx: Ctx,
  event: string,
  number: number,
  starred: boolean,
): Promise<Result<Session>> {
  const { personId } = ctx.actor;
  if (!personId) return refuse('forbidden', 'not_signed_in');
  return transact(ctx.db, async (tx) => {
    const session = await locked(tx, event, number, personId);
    if (!session || session.withdrawnAt) return refuse('not_found', 'session_unknown', { number });
    if (session.starred === starred) return ok(session);
    await (starred
      ? tx.insert(stars).values({ sessionId: session.id, personId }).onConflictDoNothing()
      : tx.delete(stars).where(and(eq(stars.sessionId, session.id), eq(stars.personId, personId))));
    return ok((await sessionByNumber(tx, session.eventId, number, personId))!);
  });
}
