import { and, eq, ne, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, hosts, people, registrations, sessions } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { refusedUnproved } from '../organising/rules.ts';
import { holdsEnough } from './counting.ts';
import { readSession, type SessionInput } from './input.ts';
import { mayPropose, noProposals } from './rules.ts';

export type Proposed = { id: number; number: number; title: string; repeated?: true };

/**
 * Proposes a session for an event; the one who acts is its host. Refuses: event_unknown, not_signed_in, no_sessions,
 * sessions_cancelled, sessions_over, not_attending, not_proved, too_many_sessions, invalid with issues. The same request key twice is one
 * session.
 */
export async function propose(ctx: Ctx, input: SessionInput): Promise<Result<Proposed>> {
  const { values, issues } = readSession(input.answers);
  return transact(ctx.db, async (tx) => {
    const [event] = await tx.select().from(events).where(eq(events.slug, input.event)).for('no key update');
    if (!event || event.state === 'draft') return refuse('not_found', 'event_unknown');
    const { personId } = ctx.actor;
    if (!personId) return refuse('forbidden', 'not_signed_in');
    const before = await proposedBefore(tx, event.id, input.requestKey);
    if (before) return ok(before);
    const closed = noProposals(event, ctx.now());
    if (closed) return { ok: false, refusal: closed };
    const name = await attendeeName(tx, event.id, personId);
    if (!mayPropose(ctx.actor, event.id, name !== undefined))
      return refuse('forbidden', 'not_attending', { event: event.name });
    const unproved = refusedUnproved(ctx.actor);
    if (unproved) return { ok: false, refusal: unproved };
    if (issues.length > 0) return invalid(issues);
    const enough = await holdsEnough(tx, ctx.actor, event.id);
    if (enough) return { ok: false, refusal: enough };
    const number = event.nextSession;
    await tx
      .update(events)
      .set({ nextSession: number + 1 })
      .where(eq(events.id, event.id));
    const newcomer = !(await hasProposed(tx, personId));
    const [made] = await tx
      .insert(sessions)
      .values({
        ...values,
        eventId: event.id,
        number,
        newcomer,
        requestKey: input.requestKey ?? null,
        createdAt: ctx.now(),
        updatedAt: ctx.now(),
      })
      .returning({ id: sessions.id });
    const host = name ?? (await personName(tx, personId));
    await tx.insert(hosts).values({ sessionId: made!.id, personId, name: host, position: 0 });
    return ok({ id: made!.id, number, title: values.title });
  });
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
