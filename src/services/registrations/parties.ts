import { eq, sql } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import { events, registrations } from '../../db/schema.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { ok, type Result } from '../../shared/result.ts';
import { byToken, eventFor, type Found, ownOf } from './finding.ts';
import type { MemberInput } from './members.ts';
import type { Outcome } from './outcome.ts';
import { leastProof } from './rules.ts';
import type { Answer } from './settle.ts';
import { settling } from './settling.ts';

/** A registration by its manage link, or the actor's own for an event, by the event's slug. */
export type Which = { token: string } | { event: string };

const find = (ctx: Ctx, which: Which): Promise<Result<Found>> =>
  'token' in which ? byToken(ctx, which.token) : ownOf(ctx, which.event);

/**
 * Says who comes: the whole party as it is to be, who registered first. With more people than before it grows, if there is
 * room for them now; with fewer it shrinks, and frees places; one that waits keeps its position.
 * Refuses: link_unknown, not_registered, no_room_to_grow (count: how many are free), party_too_large (count: the most),
 * grow_after_taking, registration_cancelled, invalid with issues, and as `register` when more people are to come.
 */
export async function resizeParty(
  ctx: Ctx,
  which: Which,
  members: MemberInput[],
  near?: string,
): Promise<Result<Outcome>> {
  const found = await find(ctx, which);
  if (!found.ok) return found;
  const { id, slug } = found.value;
  return settling(ctx, slug, { kind: 'resize', id, by: 'self', members, near });
}

/** As `resizeParty`, by an organiser: not bound by opening times or the event's largest party. Refuses also: event_unknown, not_organiser, registration_unknown. */
export async function resizeAttendee(
  ctx: Ctx,
  slug: string,
  id: number,
  members: MemberInput[],
): Promise<Result<Outcome>> {
  const found = await eventFor(ctx, slug);
  return found.ok ? settling(ctx, slug, { kind: 'resize', id, by: 'organiser', members }) : found;
}

/** Takes the places that are held for the party. Taking twice is no error. Refuses: link_unknown, not_registered, no_offer, event_cancelled, event_over. */
export const takeOffer = (ctx: Ctx, which: Which) => answer(ctx, which, 'take');

/** Gives an offer up and leaves the line. Refuses: link_unknown, not_registered, no_offer. */
export const passOffer = (ctx: Ctx, which: Which) => answer(ctx, which, 'pass');

/**
 * Lets the next who fits be asked, and keeps the position; once a registration.
 * Refuses: link_unknown, not_registered, no_offer, nobody_else, skipped_before, event_cancelled, event_over.
 */
export const skipOffer = (ctx: Ctx, which: Which) => answer(ctx, which, 'skip');

async function answer(ctx: Ctx, which: Which, kind: Answer): Promise<Result<Outcome>> {
  const found = await find(ctx, which);
  return found.ok ? settling(ctx, found.value.slug, { kind, id: found.value.id }) : found;
}

/** Whether the mail that tells somebody of their offer is held by the site, or went less than `leastProof` ago. */
const untold = (now: Date) => sql<boolean>`${registrations.state} = 'offered' and exists (
  select from notices n where n.registration_id = ${registrations.id} and n.kind = 'offered' and n.created_at >= ${registrations.offeredAt}
    and (n.mailed_at > ${new Date(now.getTime() - leastProof).toISOString()}::timestamptz or n.mailed_at is null and exists (
      select from graphile_worker.jobs j where j.key like 'held:%:mail\\_notice:' || n.id || ':%')))`;

/** An offer that cannot end yet is looked at again in so many seconds, or when its time is over. */
const again = 600;

/**
 * Ends an offer whose time is over; the next who fits is asked. Run twice, or late, it changes nothing: whoever has answered
 * has answered. Is looked at again later while our clock says that there is time left, the event is cancelled, or the mail that tells of it is
 * held or has only just gone.
 */
export async function lapseOffer(base: Base, id: number): Promise<Result<Outcome> | undefined> {
  const [row] = await base.db
    .select({
      slug: events.slug,
      endsAt: events.endsAt,
      expiresAt: registrations.offerExpiresAt,
      untold: untold(base.now()),
    })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .where(eq(registrations.id, id));
  if (!row || row.endsAt <= base.now()) return undefined;
  const result: Result<Outcome> = row.untold
    ? ok({ kind: 'not_due' })
    : await settling(base, row.slug, { kind: 'lapse', id });
  if (!result.ok || result.value.kind !== 'not_due') return result;
  const left = ((row.expiresAt?.getTime() ?? 0) - base.now().getTime()) / 1000;
  await enqueue(
    base.db,
    'lapse_offer',
    { registration: id },
    { key: `lapse_offer:${id}`, seconds: left > 0 ? Math.ceil(left) : again },
  );
  return result;
}
