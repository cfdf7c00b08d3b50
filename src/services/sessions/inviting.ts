import { and, eq, gt, isNull, ne } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, hostInvitations, hosts, people, registrations, sessions } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { Letter } from '../../shared/message.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { when } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { refusedUnproved } from '../organising/rules.ts';
import { holdsEnough } from './counting.ts';
import { locked, touch } from './holding.ts';
import type { Session } from './queries.ts';

export type Attendee = { personId: number; name: string };

/** Somebody with a living registration, by the name that they gave for the event. */
export async function attendeeBy(
  tx: Run,
  eventId: number,
  who: ReturnType<typeof eq>,
): Promise<Attendee | undefined> {
  const [found] = await tx
    .select({ personId: people.id, name: registrations.name })
    .from(people)
    .innerJoin(registrations, eq(registrations.personId, people.id))
    .where(and(who, eq(registrations.eventId, eventId), ne(registrations.state, 'cancelled')));
  return found;
}

/** Asks them by mail; once, however often it is asked for. */
export async function invite(tx: Run, ctx: Ctx, session: Session, { personId }: Attendee): Promise<void> {
  const fresh = await tx
    .insert(hostInvitations)
    .values({ sessionId: session.id, personId, invitedBy: ctx.actor.personId!, createdAt: ctx.now() })
    .onConflictDoNothing()
    .returning({ sessionId: hostInvitations.sessionId });
  if (fresh.length > 0) await enqueue(tx, 'mail_invitation', { session: session.id, person: personId });
}

/** Makes them a host, after those that there are. */
export async function join(tx: Run, ctx: Ctx, session: Session, attendee: Attendee): Promise<Session> {
  const host = { ...attendee, position: Math.max(...session.hosts.map((one) => one.position)) + 1 };
  await tx
    .insert(hosts)
    .values({ sessionId: session.id, ...host })
    .onConflictDoNothing();
  await touch(tx, ctx, session);
  return { ...session, hosts: [...session.hosts, host] };
}

/**
 * Says yes or no to being a host. Refuses: session_unknown, not_signed_in, not_invited, not_attending, not_proved, too_many_sessions: the
 * invitation stands, and can be answered when there is room again.
 */
export async function answerInvitation(
  ctx: Ctx,
  event: string,
  number: number,
  yes: boolean,
): Promise<Result<Session>> {
  const { personId } = ctx.actor;
  if (!personId) return refuse('forbidden', 'not_signed_in');
  return transact(ctx.db, async (tx) => {
    const session = await locked(tx, event, number, personId);
    if (!session || session.withdrawnAt) return refuse('not_found', 'session_unknown', { number });
    if (!(await invitationTo(tx, session.id, personId))) return refuse('not_found', 'not_invited');
    const mine = and(eq(hostInvitations.sessionId, session.id), eq(hostInvitations.personId, personId));
    if (!yes) {
      await tx.update(hostInvitations).set({ declinedAt: ctx.now() }).where(mine);
      return ok(session);
    }
    const unproved = refusedUnproved(ctx.actor);
    if (unproved) return { ok: false, refusal: unproved };
    const attendee = await attendeeBy(tx, session.eventId, eq(people.id, personId));
    if (!attendee) return refuse('forbidden', 'not_attending', { event });
    const enough = await holdsEnough(tx, ctx.actor, session.eventId);
    if (enough) return { ok: false, refusal: enough };
    await tx.delete(hostInvitations).where(mine);
    return ok(await join(tx, ctx, session, attendee));
  });
}

const open = (personId: number) =>
  and(eq(hostInvitations.personId, personId), isNull(hostInvitations.declinedAt));

/** Whether the person was asked to hold the session and has not answered yet; by whom. */
export async function invitationTo(
  run: Run,
  sessionId: number,
  personId: number,
): Promise<{ by: string } | undefined> {
  const [row] = await run
    .select({ by: people.name })
    .from(hostInvitations)
    .innerJoin(people, eq(people.id, hostInvitations.invitedBy))
    .where(and(eq(hostInvitations.sessionId, sessionId), open(personId)));
  return row;
}

export type Invitation = { number: number; title: string; by: string; event: { slug: string; name: string } };

/** What somebody was asked to hold with others, at events that are not over, and has not answered. */
export const invitationsTo = (run: Run, personId: number, now: Date): Promise<Invitation[]> =>
  run
    .select({
      number: sessions.number,
      title: sessions.title,
      by: people.name,
      event: { slug: events.slug, name: events.name },
    })
    .from(hostInvitations)
    .innerJoin(sessions, eq(sessions.id, hostInvitations.sessionId))
    .innerJoin(events, eq(events.id, sessions.eventId))
    .innerJoin(people, eq(people.id, hostInvitations.invitedBy))
    .where(and(open(personId), isNull(sessions.withdrawnAt), gt(events.endsAt, now)))
    .limit(20);

type Mail = Pick<Letter, 'to' | 'at' | 'message'> & { proved: boolean };

/** The mail that asks; undefined once it is answered. */
export async function invitationMail(
  base: Base,
  t: T,
  asked: { session: number; person: number },
): Promise<Mail | undefined> {
  const [row] = await base.db
    .select({
      session: sessions,
      event: events,
      email: people.email,
      verifiedAt: people.verifiedAt,
      at: hostInvitations.createdAt,
    })
    .from(hostInvitations)
    .innerJoin(sessions, eq(sessions.id, hostInvitations.sessionId))
    .innerJoin(events, eq(events.id, sessions.eventId))
    .innerJoin(people, eq(people.id, hostInvitations.personId))
    .where(and(eq(sessions.id, asked.session), open(asked.person), isNull(sessions.withdrawnAt)));
  const by = row && (await invitationTo(base.db, asked.session, asked.person))?.by;
  if (!row || !by) return undefined;
  const { session, event } = row;
  const data = { by, title: session.title, event: event.name };
  const href = `${base.baseUrl}/events/${event.slug}/sessions/${session.number}/invitation`;
  return {
    to: { email: row.email },
    at: row.at,
    proved: row.verifiedAt !== null,
    message: {
      subject: t('sessions:invitation.subject', data),
      heading: t('sessions:invitation.heading'),
      mood: 'plain',
      parts: [
        { kind: 'text', text: t('sessions:invitation.lead', data) },
        {
          kind: 'facts',
          facts: [
            { label: t('mail:facts.event'), text: event.name },
            { label: t('mail:facts.when'), text: when(event.startsAt, event.endsAt, event.zone) },
          ],
        },
        { kind: 'button', text: t('sessions:invitation.button'), href },
        { kind: 'text', text: t('sessions:invitation.more') },
      ],
      footer: [{ text: t('mail:footer.registered') }, { text: t('mail:footer.site'), href: base.baseUrl }],
    },
  };
}
