import { and, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { events, registrations } from '../../db/schema.ts';
import { happened } from '../../happenings.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { entranceKey } from '../entrances/rules.ts';
import { evenTime } from './evenly.ts';
import { byToken, eventFor, ownOf } from './finding.ts';
import type { RegisterInput } from './input.ts';
import type { Mailed, Outcome, Registered } from './outcome.ts';
import type { Move } from './settle.ts';
import { settling } from './settling.ts';

export type { RegisterInput } from './input.ts';
export type { Mailed, Outcome, Registered } from './outcome.ts';

/**
 * Registers a person for an event: a place while there is one, else the end of the waiting list. `mailed`: whoever asks is told no more
 * than that there is a mail, of which the address may be that of somebody who is registered already.
 * Refuses: event_unknown, not_open_yet, registration_closed, event_cancelled, event_over, full (no waiting list),
 * party_too_large, already_registered, invalid with issues, over chat email_known and email_not_yours, and too_many with
 * the limit that is reached.
 */
export async function register(ctx: Ctx, input: RegisterInput): Promise<Result<Registered | Mailed>> {
  const begun = performance.now();
  const { event, entrance, ...rest } = input;
  const result = await settling(ctx, event, {
    ...rest,
    entrance: entranceKey(ctx.secret, entrance),
    kind: 'register',
    door: ctx.actor.door,
    personId: ctx.actor.personId,
    addressId: ctx.actor.addressId,
    network: ctx.actor.network,
  });
  if (result.ok && result.value.kind === 'mailed') await evenTime(begun);
  return result as Result<Registered | Mailed>;
}

/** An organiser adds somebody: not bound by opening times or required answers; `beyond` gives a place even when all are taken. */
export async function addAttendee(
  ctx: Ctx,
  input: RegisterInput & { beyond?: boolean },
): Promise<Result<Registered>> {
  const found = await eventFor(ctx, input.event);
  if (!found.ok) return found;
  const { event, ...rest } = input;
  const result = await settling(ctx, event, {
    ...rest,
    kind: 'register',
    door: 'organiser',
    byOrganiser: true,
  });
  return result as Result<Registered>;
}

export type ImportRow = Omit<RegisterInput, 'event' | 'requestKey'>;

/**
 * Takes over a list that was kept elsewhere, in its order: places while there are any, then the waiting list. Nobody is
 * written to. Gives an outcome or a refusal a row. Refuses as a whole: event_unknown, not_organiser.
 */
export async function importAttendees(
  ctx: Ctx,
  event: string,
  rows: ImportRow[],
): Promise<Result<Result<Outcome>[]>> {
  const found = await eventFor(ctx, event);
  if (!found.ok) return found;
  // Asked for all at once: they gather in the event's queue and are settled in large batches.
  const asked = rows.map((row) =>
    settling(ctx, event, { ...row, kind: 'register', door: 'import', byOrganiser: true, quiet: true }),
  );
  return ok(await Promise.all(asked));
}

/** Cancels the registration that a manage link opens. Refuses: link_unknown. Cancelling twice is not an error. */
export async function cancelByToken(ctx: Ctx, token: string): Promise<Result<Outcome>> {
  const found = await byToken(ctx, token);
  return found.ok
    ? settling(ctx, found.value.slug, { kind: 'cancel', id: found.value.id, by: 'self' })
    : found;
}

/** Cancels the actor's own registration for an event. Refuses: not_registered. */
export async function cancelOwn(ctx: Ctx, slug: string): Promise<Result<Outcome>> {
  const found = await ownOf(ctx, slug);
  return found.ok ? settling(ctx, slug, { kind: 'cancel', id: found.value.id, by: 'self' }) : found;
}

export type { Move } from './settle.ts';

/** An organiser cancels a registration, gives it a place, or moves it in the line. Refuses: not_organiser, registration_unknown, nobody_waiting. */
export async function moveAttendee(ctx: Ctx, slug: string, id: number, move: Move): Promise<Result<Outcome>> {
  const found = await eventFor(ctx, slug);
  return found.ok ? settling(ctx, slug, { kind: move, id, by: 'organiser' }) : found;
}

/** Sets how many places there are (null: no limit); raising it promotes at once, lowering it takes nobody's place. */
export async function setCapacity(
  ctx: Ctx,
  slug: string,
  capacity: number | null,
  waitingList: boolean,
): Promise<Result<Outcome>> {
  const found = await eventFor(ctx, slug);
  return found.ok ? settling(ctx, slug, { kind: 'capacity', capacity, waitingList }) : found;
}

/** Shows or hides the name on the public attendee list. Refuses: link_unknown. */
export async function setListed(ctx: Ctx, token: string, listed: boolean): Promise<Result<null>> {
  const found = await byToken(ctx, token);
  if (!found.ok) return found;
  await ctx.db.transaction(async (tx) => {
    await tx.update(registrations).set({ listed }).where(eq(registrations.id, found.value.id));
    // The public page shows the list: touching the event's row tells every process that keeps that page.
    await tx.update(events).set({ updatedAt: ctx.now() }).where(eq(events.slug, found.value.slug));
  });
  return ok(null);
}

/** Makes all links and tickets of a registration worthless, and mails new ones. Refuses: event_unknown, not_organiser, registration_unknown. */
export async function revokeLink(ctx: Ctx, slug: string, id: number): Promise<Result<null>> {
  const found = await eventFor(ctx, slug);
  if (!found.ok) return found;
  const [row] = await ctx.db
    .update(registrations)
    .set({
      generation: sql`${registrations.generation} + 1`,
      mailGeneration: sql`${registrations.mailGeneration} + 1`,
    })
    .where(and(eq(registrations.id, id), eq(registrations.eventId, found.value)))
    .returning({ id: registrations.id });
  if (!row) return refuse('not_found', 'registration_unknown');
  happened(ctx, { what: 'link_revoked', registration: id });
  await enqueue(ctx.db, 'tell', { changes: [[id, 'link']] });
  return ok(null);
}
