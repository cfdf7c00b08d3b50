import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Actor } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { hosts, sessions } from '../../db/schema.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { mostSessions } from './rules.ts';

/**
 * Why the actor cannot have one more living session at the event: they hold enough, or one of the `others` who would hold it too does.
 * The event's row must be locked, or two that are brought at once do not see each other.
 */
export async function holdsEnough(
  tx: Run,
  actor: Actor,
  eventId: number,
  others: number[] = [],
): Promise<Refusal | undefined> {
  if (mayManage(actor, eventId)) return undefined;
  const full = await tx
    .select({ personId: hosts.personId, name: sql<string>`min(${hosts.name})` })
    .from(hosts)
    .innerJoin(sessions, eq(sessions.id, hosts.sessionId))
    .where(
      and(
        inArray(hosts.personId, [actor.personId ?? 0, ...others]),
        eq(sessions.eventId, eventId),
        isNull(sessions.withdrawnAt),
      ),
    )
    .groupBy(hosts.personId)
    .having(sql`count(*) >= ${mostSessions}`);
  if (full.some((one) => one.personId === actor.personId))
    return refuse('too_many', 'too_many_sessions', { most: mostSessions }).refusal;
  const [other] = full;
  return other && refuse('too_many', 'host_holds_enough', { name: other.name, most: mostSessions }).refusal;
}
