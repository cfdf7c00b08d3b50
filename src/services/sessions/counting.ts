import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Actor } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { hosts, sessions } from '../../db/schema.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { mostSessions } from './rules.ts';

/**
 * Why the actor cannot bring one more living session to the event: they hold enough. The event's row must be locked, or two that are
 * brought at once do not see each other.
 */
export async function holdsEnough(tx: Run, actor: Actor, eventId: number): Promise<Refusal | undefined> {
  if (mayManage(actor, eventId)) return undefined;
  const [held] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(hosts)
    .innerJoin(sessions, eq(sessions.id, hosts.sessionId))
    .where(
      and(
        eq(hosts.personId, actor.personId ?? 0),
        eq(sessions.eventId, eventId),
        isNull(sessions.withdrawnAt),
      ),
    );
  if (held!.count < mostSessions) return undefined;
  return refuse('too_many', 'too_many_sessions', { most: mostSessions }).refusal;
}
