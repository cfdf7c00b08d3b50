import { and, eq, inArray, ne } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { hosts, people, registrations } from '../../db/schema.ts';
import { parseEmail } from '../../shared/form.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { holding, touch } from './holding.ts';
import type { Session } from './queries.ts';

/**
 * Adds a co-host, who must be registered for the event. Whoever is a host already stays one.
 * Refuses: session_unknown, not_host, host_unknown, invalid.
 */
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
    if (session.hosts.some((one) => one.personId === found.personId)) return ok(session);
    const host = { ...found, position: Math.max(...session.hosts.map((one) => one.position)) + 1 };
    await tx.insert(hosts).values({ sessionId: session.id, ...host });
    await touch(tx, ctx, session);
    return ok({ ...session, hosts: [...session.hosts, host] });
  });

/**
 * Takes hosts off a session: a host takes off others or themselves, an organiser anybody. Whoever is no host is passed over.
 * Refuses: session_unknown, not_host, last_host.
 */
export const removeHost = (
  ctx: Ctx,
  event: string,
  number: number,
  ...personIds: number[]
): Promise<Result<Session>> =>
  holding(ctx, event, number, async (tx, session) => {
    const left = session.hosts.filter((host) => !personIds.includes(host.personId));
    if (left.length === session.hosts.length) return ok(session);
    if (left.length === 0) return refuse('conflict', 'last_host', { title: session.title });
    await tx.delete(hosts).where(and(eq(hosts.sessionId, session.id), inArray(hosts.personId, personIds)));
    await touch(tx, ctx, session);
    return ok({ ...session, hosts: left });
  });
