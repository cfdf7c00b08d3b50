import { and, eq, inArray } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { hosts, people } from '../../db/schema.ts';
import { parseEmail } from '../../shared/form.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { oneMore } from '../limits/spending.ts';
import { mayManage } from '../organising/rules.ts';
import { holding, touch } from './holding.ts';
import { attendeeBy, invite, join } from './inviting.ts';
import type { Session } from './queries.ts';

/**
 * Adds a co-host. An organiser does it at once; a host asks: nobody is named on the grid without a yes of their own, and as
 * who comes is not for everybody to find out, the answer is the same whether or not the address is registered.
 * Whoever is a host already stays one. Refuses: session_unknown, not_host, not_proved, invalid, limit_person_invitations; an
 * organiser also host_unknown.
 */
export const addHost = (ctx: Ctx, event: string, number: number, email: string): Promise<Result<Session>> =>
  holding(ctx, event, number, async (tx, session) => {
    const address = parseEmail(email);
    if (!address) return invalid([{ field: 'email', code: 'email' }]);
    const manages = mayManage(ctx.actor, session.eventId);
    const reached = manages ? undefined : await oneMore(ctx, tx, 'person_invitations');
    if (reached) return reached;
    const found = await attendeeBy(tx, session.eventId, eq(people.email, address));
    if (!found) return manages ? refuse('not_found', 'host_unknown', { email: address }) : ok(session);
    if (session.hosts.some((one) => one.personId === found.personId)) return ok(session);
    if (manages) return ok(await join(tx, ctx, session, found));
    await invite(tx, ctx, session, found);
    return ok(session);
  });

/**
 * Takes hosts off a session: a host takes off others or themselves, an organiser anybody. Whoever is no host is passed over.
 * Refuses: session_unknown, not_host, not_proved, last_host.
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
