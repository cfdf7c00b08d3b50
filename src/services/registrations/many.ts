import { and, count, desc, eq, isNull, lte, max, ne, sql } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import { cancellations, events, people, registrations } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { Field } from '../../shared/form.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import { type AttendeeFilter, matching } from './attendees.ts';
import { closedToAnswers } from './rules.ts';
import { settling } from './settling.ts';

type Of = { id: number; questions: Field[] };

/** How many living registrations fit, for how many people, how many are of nobody who was ever proved; `upTo`: the last id. */
export type ToCancel = { count: number; people: number; unproved: number; upTo: number };

/** What `cancelMany` would cancel. Refuses: not_organiser. */
export async function toCancel(ctx: Ctx, event: Of, filter: AttendeeFilter): Promise<Result<ToCancel>> {
  if (!mayManage(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  const [row] = await ctx.db
    .select({
      count: count(),
      people: sql<number>`coalesce(sum(${registrations.size}), 0)::int`,
      unproved: sql<number>`count(*) filter (where ${people.verifiedAt} is null)::int`,
      upTo: sql<number>`coalesce(${max(registrations.id)}, 0)`,
    })
    .from(registrations)
    .innerJoin(people, eq(people.id, registrations.personId))
    .where(and(matching(event.id, event.questions, filter), ne(registrations.state, 'cancelled')));
  return ok(row!);
}

/**
 * Cancels all living registrations that fit, of those that there were when the organiser was asked: `asked` of them, none with an id
 * after `upTo`. It is done in the background, and can be taken back. Refuses: not_organiser, nobody_to_cancel.
 */
export async function cancelMany(
  ctx: Ctx,
  event: Of,
  { filter, upTo, asked }: { filter: AttendeeFilter; upTo: number; asked: number },
): Promise<Result<{ id: number }>> {
  if (!mayManage(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  return transact(ctx.db, async (tx) => {
    const [made] = await tx
      .insert(cancellations)
      .values({ eventId: event.id, personId: ctx.actor.personId, asked, total: 0, createdAt: ctx.now() })
      .returning({ id: cancellations.id });
    const { id } = made!;
    const marked = await tx
      .update(registrations)
      .set({ cancellationId: id })
      .where(
        and(
          matching(event.id, event.questions, filter),
          ne(registrations.state, 'cancelled'),
          lte(registrations.id, upTo),
        ),
      );
    const total = marked.rowCount ?? 0;
    if (total === 0) return refuse('conflict', 'nobody_to_cancel');
    await tx
      .update(cancellations)
      .set({ total, asked: Math.max(asked, total) })
      .where(eq(cancellations.id, id));
    await enqueue(tx, 'cancel_many', { cancellation: id });
    return ok({ id });
  });
}

/**
 * Takes back what `cancelMany` has done, in the background: see rule 11. Twice is no error.
 * Refuses: not_organiser, cancellation_unknown, cancellation_at_work, event_cancelled, event_over.
 */
export async function undoCancelMany(ctx: Ctx, eventId: number, id: number): Promise<Result<null>> {
  if (!mayManage(ctx.actor, eventId)) return refuse('forbidden', 'not_organiser');
  return transact(ctx.db, async (tx) => {
    const [row] = await tx
      .select({ cancellation: cancellations, event: events })
      .from(cancellations)
      .innerJoin(events, eq(events.id, cancellations.eventId))
      .where(and(eq(cancellations.id, id), eq(cancellations.eventId, eventId)))
      .for('update', { of: cancellations });
    if (!row) return refuse('not_found', 'cancellation_unknown');
    if (row.cancellation.undoneAt) return ok(null);
    if (!row.cancellation.doneAt) return refuse('conflict', 'cancellation_at_work');
    const closed = closedToAnswers(row.event, ctx.now());
    if (closed) return { ok: false, refusal: closed };
    await tx.update(cancellations).set({ undoneAt: ctx.now() }).where(eq(cancellations.id, id));
    await enqueue(tx, 'restore_many', { cancellation: id });
    return ok(null);
  });
}

/** What is left to be done, and of whom nobody is written to. Nothing once it was done: who has been brought back is not cancelled again. */
const leftOf = (base: Base, id: number, restores: boolean) =>
  base.db
    .select({
      id: registrations.id,
      slug: events.slug,
      proved: sql<boolean>`${people.verifiedAt} is not null`,
    })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .innerJoin(people, eq(people.id, registrations.personId))
    .innerJoin(cancellations, eq(cancellations.id, registrations.cancellationId))
    .where(
      and(
        eq(cancellations.id, id),
        isNull(restores ? cancellations.restoredAt : cancellations.doneAt),
        restores ? eq(registrations.state, 'cancelled') : ne(registrations.state, 'cancelled'),
      ),
    )
    // Who waits goes first and comes back last: no place falls to somebody who is about to leave, or is taken from who had it.
    .orderBy(
      restores
        ? sql`${registrations.cancelledFrom} <> 'confirmed', ${registrations.position}`
        : sql`array_position(array['waitlisted', 'offered', 'confirmed'], ${registrations.state}), ${registrations.position}`,
    );

/** Does what `cancelMany` has asked. Begun again it goes on where it was. */
export async function doCancelMany(base: Base, id: number): Promise<void> {
  const left = await leftOf(base, id, false);
  // All at once: they gather in the event's queue, and are settled in its order in large batches.
  await Promise.all(
    left.map((one) =>
      settling(base, one.slug, {
        kind: 'cancel',
        id: one.id,
        by: 'organiser',
        quiet: !one.proved,
        many: id,
      }),
    ),
  );
  await base.db.update(cancellations).set({ doneAt: base.now() }).where(eq(cancellations.id, id));
}

/** Does what `undoCancelMany` has asked. What cannot be brought back stays cancelled. */
export async function doRestoreMany(base: Base, id: number): Promise<void> {
  const left = await leftOf(base, id, true);
  await Promise.all(
    left.map((one) =>
      settling(base, one.slug, {
        kind: 'restore',
        id: one.id,
        by: 'organiser',
        quiet: !one.proved,
        many: id,
      }),
    ),
  );
  await base.db.update(cancellations).set({ restoredAt: base.now() }).where(eq(cancellations.id, id));
}

/** The number of names that are given of those who could not be brought back. */
const named = 50;

/** How far it is, and what came of it. Refuses: not_organiser, cancellation_unknown. */
export async function cancellationOf(ctx: Ctx, eventId: number, id: number) {
  if (!mayManage(ctx.actor, eventId)) return refuse('forbidden', 'not_organiser');
  const of = (condition: ReturnType<typeof sql>) => sql<number>`(select count(*)::int from registrations r
    where r.cancellation_id = cancellations.id and ${condition})`;
  const [row] = await ctx.db
    .select({
      cancellation: cancellations,
      cancelled: of(sql`r.state = 'cancelled'`),
      confirmed: of(sql`r.state = 'confirmed'`),
      line: of(sql`r.state in ('waitlisted', 'offered')`),
      names: sql<string[]>`array(select r.name from registrations r where r.cancellation_id = cancellations.id
        and r.state = 'cancelled' order by r.position limit ${named})`,
    })
    .from(cancellations)
    .where(and(eq(cancellations.id, id), eq(cancellations.eventId, eventId)));
  if (!row) return refuse('not_found', 'cancellation_unknown');
  const { cancellation, ...counts } = row;
  // Whoever ended by another way belongs to it no more.
  const before = cancellation.total - counts.cancelled - counts.confirmed - counts.line;
  return ok({ ...cancellation, ...counts, before });
}
export type CancellationView = Extract<Awaited<ReturnType<typeof cancellationOf>>, { ok: true }>['value'];

/** The last time that many were cancelled at once; undefined when there was none. */
export async function lastCancellation(ctx: Ctx, eventId: number) {
  const [row] = await ctx.db
    .select({ id: cancellations.id, total: cancellations.total, createdAt: cancellations.createdAt })
    .from(cancellations)
    .where(eq(cancellations.eventId, eventId))
    .orderBy(desc(cancellations.id))
    .limit(1);
  return row;
}
