import { and, eq, ne } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { events, registrations } from '../../db/schema.ts';
import { tokenKey } from '../../shared/ids.ts';
import { ok, type Refusal, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { wayOf } from './links.ts';

/** A registration and its event. */
export type Found = { id: number; slug: string };

/** An event that the actor organises. Refuses: event_unknown, not_organiser. */
export async function eventFor(ctx: Ctx, slug: string): Promise<Result<number>> {
  const [event] = await ctx.db.select({ id: events.id }).from(events).where(eq(events.slug, slug));
  if (!event) return refuse('not_found', 'event_unknown');
  return mayManage(ctx.actor, event.id) ? ok(event.id) : notOrganiser;
}

const notOrganiser: { ok: false; refusal: Refusal } = refuse('forbidden', 'not_organiser');

/** The registration that a manage link opens. Refuses: link_unknown. */
export async function byToken(ctx: Ctx, token: string): Promise<Result<Found>> {
  const key = tokenKey(token);
  if (!key) return refuse('not_found', 'link_unknown');
  const [row] = await ctx.db
    .select({
      id: registrations.id,
      key: registrations.key,
      generation: registrations.generation,
      mailGeneration: registrations.mailGeneration,
      slug: events.slug,
    })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .where(eq(registrations.key, key));
  if (!row || !wayOf(ctx.secret, token, 'manage', row)) return refuse('not_found', 'link_unknown');
  return ok({ id: row.id, slug: row.slug });
}

/** The actor's own living registration for an event. Refuses: not_registered. */
export async function ownOf(ctx: Ctx, slug: string): Promise<Result<Found>> {
  const [found] = await ctx.db
    .select({ id: registrations.id })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .where(
      and(
        eq(events.slug, slug),
        eq(registrations.personId, ctx.actor.personId ?? 0),
        ne(registrations.state, 'cancelled'),
      ),
    );
  return found ? ok({ id: found.id, slug }) : refuse('not_found', 'not_registered', { event: slug });
}
