import { and, eq, ne, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import {
  events,
  gridChanges,
  hosts,
  people,
  placements,
  registrations,
  sessions,
  stars,
} from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { parseEmail } from '../../shared/form.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { readLinks, readSession, type SessionInput } from './input.ts';
import { type Session, sessionByNumber } from './queries.ts';
import { mayHold, mayPropose } from './rules.ts';

export type Proposed = { id: number; number: number; title: string; repeated?: true };

/**
 * Proposes a session for an event; the one who acts is its host. Refuses: event_unknown, not_signed_in, not_attending,
 * event_cancelled, invalid with issues. The same request key twice is one session.
 */
export async function propose(ctx: Ctx, input: SessionInput): Promise<Result<Proposed>> {
  const { values, issues } = readSession(input.answers);
  return transact(ctx.db, async (tx) => {
    const [event] = await tx.select().from(events).where(eq(events.slug, input.event)).for('no key update');
    if (!event || event.state === 'draft') return refuse('not_found', 'event_unknown');
    const { personId } = ctx.actor;
    if (!personId) return refuse('forbidden', 'not_signed_in');
    if (event.state === 'cancelled') return refuse('gone', 'event_cancelled', { event: event.name });
    const before = await proposedBefore(tx, event.id, input.requestKey);
    if (before) return ok(before);
    const name = await attendeeName(tx, event.id, personId);
    if (!mayPropose(ctx.actor, event.id, name !== undefined))
      return refuse('forbidden', 'not_attending', { event: event.name });
    if (issues.length > 0) return invalid(issues);
    const number = event.nextSession;
    await tx
      .update(events)
      .set({ nextSession: number + 1 })
      .where(eq(events.id, event.id));
    const newcomer = !(await hasProposed(tx, personId));
    const [made] = await tx
      .insert(sessions)
      .values({ ...values, eventId: event.id, number, newcomer, requestKey: input.requestKey ?? null })
      .returning({ id: sessions.id });
    const host = name ?? (await personName(tx, personId));
    await tx.insert(hosts).values({ sessionId: made!.id, personId, name: host, position: 0 });
    return ok({ id: made!.id, number, title: values.title });
  });
}

/** Changes a session's texts. Refuses: session_unknown, not_host, invalid. */
export async function editSession(
  ctx: Ctx,
  event: string,
  number: number,
  raw: Record<string, unknown>,
): Promise<Result<Session>> {
  const { values, issues } = readSession(raw);
  const { links, issues: badLinks } = readLinks(raw.links);
  return holding(ctx, event, number, async (tx, session) => {
    const all = [...issues, ...badLinks];
    if (all.length > 0) return invalid(all);
    const version = session.title === values.title ? session.version : session.version + 1;
    await tx
      .update(sessions)
      .set({ ...values, links, version, updatedAt: ctx.now() })
      .where(eq(sessions.id, session.id));
    return ok({ ...session, ...values, links, version });
  });
}

/** Takes a session back; its cell is free again. Withdrawing twice changes nothing. Refuses: session_unknown, not_host. */
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
    return ok({ ...session, withdrawnAt, place: null });
  });

/** Adds a co-host, who must be registered for the event. Refuses: session_unknown, not_host, host_unknown, invalid. */
export const addHost = (ctx: Ctx, event: string, number: number, email: string): Promise<Result<Session>> =>
  holding(ctx, event, number, async (tx, session) => {
    const address = parseEmail(email);
    if (!address) return invalid([{ field: 'email', code: 'email' }]);
    const [found] = await tx
      .select({ personId: people.id, name: registrations.name })
      .from(people)
      .innerJoin(registrations, eq(registrations.personId, people.id))
      .where(
        and(
          eq(people.email, address),
          eq(registrations.eventId, session.eventId),
          ne(registrations.state, 'cancelled'),
        ),
      );
    if (!found) return refuse('not_found', 'host_unknown', { email: address });
    const host = { ...found, position: session.hosts.length };
    await tx
      .insert(hosts)
      .values({ sessionId: session.id, ...host })
      .onConflictDoNothing();
    return ok({ ...session, hosts: [...session.hosts, host] });
  });

/** Shows or takes back interest, one star a person. Refuses: session_unknown, not_signed_in. Counts are true under any rush. */
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
    const changed = starred
      ? await tx
          .insert(stars)
          .values({ sessionId: session.id, personId })
          .onConflictDoNothing()
          .returning({ id: stars.sessionId })
      : await tx
          .delete(stars)
          .where(and(eq(stars.sessionId, session.id), eq(stars.personId, personId)))
          .returning({ id: stars.sessionId });
    const count = session.stars + (changed.length === 0 ? 0 : starred ? 1 : -1);
    await tx.update(sessions).set({ stars: count }).where(eq(sessions.id, session.id));
    return ok({ ...session, starred, stars: count });
  });
}

/** Work on a session that the actor holds, under its lock. */
function holding<T>(
  ctx: Ctx,
  event: string,
  number: number,
  work: (tx: Run, session: Session) => Promise<Result<T>>,
): Promise<Result<T>> {
  return transact(ctx.db, async (tx) => {
    const session = await locked(tx, event, number, ctx.actor.personId);
    if (!session) return refuse('not_found', 'session_unknown', { number });
    return mayHold(ctx.actor, session)
      ? work(tx, session)
      : refuse('forbidden', 'not_host', { title: session.title });
  });
}

/** The event's row is locked, as for everything on its grid: one order of locks, no deadlock. */
async function locked(
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

async function proposedBefore(
  tx: Run,
  eventId: number,
  key: string | undefined,
): Promise<Proposed | undefined> {
  if (!key) return undefined;
  const [row] = await tx
    .select({ id: sessions.id, number: sessions.number, title: sessions.title })
    .from(sessions)
    .where(and(eq(sessions.eventId, eventId), eq(sessions.requestKey, key)));
  return row && { ...row, repeated: true };
}

async function attendeeName(tx: Run, eventId: number, personId: number): Promise<string | undefined> {
  const [row] = await tx
    .select({ name: registrations.name })
    .from(registrations)
    .where(
      and(
        eq(registrations.eventId, eventId),
        eq(registrations.personId, personId),
        ne(registrations.state, 'cancelled'),
      ),
    );
  return row?.name;
}

async function personName(tx: Run, personId: number): Promise<string> {
  const [row] = await tx.select({ name: people.name }).from(people).where(eq(people.id, personId));
  return row?.name ?? '';
}

const hasProposed = async (tx: Run, personId: number): Promise<boolean> =>
  (await tx.select({ one: sql`1` }).from(hosts).where(eq(hosts.personId, personId)).limit(1)).length > 0;
