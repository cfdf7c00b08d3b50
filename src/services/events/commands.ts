import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, registrations, series } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { type EventChange, enqueue } from '../../jobs/enqueue.ts';
import { planAhead } from '../../jobs/planned.ts';
import { clean, type Field } from '../../shared/form.ts';
import { slugify } from '../../shared/ids.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { jsonOf } from '../../shared/text.ts';
import { plusDays } from '../../shared/time.ts';
import { mayManage, organisesSite } from '../organising/rules.ts';
import { reservedNames } from '../registrations/rules.ts';
import { holdImage, keepImage } from './images.ts';
import { type EventInput, type EventValues, readEvent, saysYes } from './input.ts';
import { type ChosenDish, dishOf, lostDishes } from './menu.ts';
import { countAnswers, countChosen, type Event } from './queries.ts';
import { nameQuestions, removedQuestions, worthTelling } from './rules.ts';

export { keepImage, largestImage } from './images.ts';

/** Makes a draft. Refuses: not_organiser, invalid (slug_taken among its issues). */
export async function createEvent(ctx: Ctx, input: EventInput): Promise<Result<Event>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
  const { values, issues } = readEvent(input);
  if (!values) return invalid(issues);
  return transact(ctx.db, async (tx) => {
    const { series: seriesName, ...rest } = values;
    const [made] = await tx
      .insert(events)
      .values({ ...rest, ...named(values), seriesId: await seriesId(tx, seriesName) })
      .onConflictDoNothing({ target: events.slug })
      .returning();
    return made ? ok(made) : slugTaken(values.slug);
  });
}

/**
 * Changes an event; those registered are told when time, place or name changed. Capacity is not set here (see
 * registrations/setCapacity), nor the slug once it is public. `version` is the one that the editor saw. A question that
 * has been answered goes only with `dropAnswers`.
 * Refuses: event_unknown, not_organiser, changed_meanwhile, invalid, answers_lost.
 */
export async function updateEvent(
  ctx: Ctx,
  slug: string,
  version: number,
  input: EventInput,
): Promise<Result<Event>> {
  const { values, issues } = readEvent(input);
  return transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const before = found.value;
    if (before.version !== version) return refuse('conflict', 'changed_meanwhile', { event: before.name });
    if (!values) return invalid(issues);
    const { series: seriesName, capacity: _, waitingList: __, slug: asked, ...rest } = values;
    const kept = before.publishedAt ? before.slug : asked;
    if (kept !== before.slug && (await exists(tx, kept))) return slugTaken(kept);
    const lost = removedQuestions(before.questions, values.questions);
    const count = saysYes(input.dropAnswers) ? 0 : await countAnswers(tx, before.id, lost.map(nameOf));
    if (count > 0)
      return refuse('conflict', 'answers_lost', { count, questions: lost.map(labelOf).join(', ') });
    const gone = lostDishes(before.menu, values.menu);
    if (saysYes(input.dropChoices)) await forgetChosen(tx, before.id, gone);
    const chosen = await countChosen(tx, before.id, gone);
    if (chosen > 0)
      return refuse('conflict', 'choices_lost', { count: chosen, dishes: gone.map(dishOf).join(', ') });
    const [after] = await tx
      .update(events)
      .set({
        ...rest,
        ...named(values),
        slug: kept,
        seriesId: await seriesId(tx, seriesName),
        version: before.version + 1,
        updatedAt: ctx.now(),
      })
      .where(eq(events.id, before.id))
      .returning();
    if (before.proveHours !== null && after!.proveHours === null) await askNobody(tx, before.id);
    await planAhead(tx, after!);
    if (before.state === 'published' && worthTelling(before, after!))
      await tellEveryone(tx, after!, 'event_changed');
    return ok(after!);
  });
}

/** Makes a draft public. Publishing twice changes nothing. Refuses: event_unknown, not_organiser, event_cancelled, event_over. */
export const publishEvent = (ctx: Ctx, slug: string): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const event = found.value;
    if (event.state === 'cancelled') return refuse('gone', 'event_cancelled', { event: event.name });
    if (event.endsAt <= ctx.now()) return refuse('conflict', 'publish_past', { event: event.name });
    if (event.state === 'published') return ok(event);
    const publishedAt = event.publishedAt ?? ctx.now();
    const after = await set(tx, event, { state: 'published', publishedAt }, ctx.now());
    await planAhead(tx, after);
    return ok(after);
  });

/** Cancels an event with a message to everyone registered. Cancelling twice changes nothing. Refuses: event_unknown, not_organiser, cancel_draft, invalid. */
export const cancelEvent = (ctx: Ctx, slug: string, message: string): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const event = found.value;
    if (event.state === 'cancelled') return ok(event);
    // A cancelled event is public, a draft is not.
    if (event.state === 'draft') return refuse('conflict', 'cancel_draft', { event: event.name });
    const text = clean(message);
    if (text.length > 4000)
      return invalid([{ field: 'message', code: 'too_long', data: { max: 4000, length: text.length } }]);
    const values = { state: 'cancelled' as const, cancelledAt: ctx.now(), cancelMessage: text };
    const after = await set(tx, event, values, ctx.now());
    await tellEveryone(tx, after, 'event_cancelled');
    return ok(after);
  });

/** Takes a cancellation back: registrations are as they were. Refuses: event_unknown, not_organiser. */
export const restoreEvent = (ctx: Ctx, slug: string): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    if (found.value.state !== 'cancelled') return ok(found.value);
    const state = found.value.publishedAt ? ('published' as const) : ('draft' as const);
    const after = await set(tx, found.value, { state, cancelledAt: null, cancelMessage: '' }, ctx.now());
    await planAhead(tx, after);
    if (state === 'published') await tellEveryone(tx, after, 'event_changed');
    return ok(after);
  });

/** A draft like this event, so many days later at the same hours. Refuses: event_unknown, not_organiser. */
export const duplicateEvent = (ctx: Ctx, slug: string, days = 28): Promise<Result<Event>> =>
  transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
    const { id: _, createdAt: __, updatedAt: ___, ...copy } = found.value;
    const later = (at: Date | null) => at && plusDays(at, copy.zone, days);
    const [made] = await tx
      .insert(events)
      .values({
        ...copy,
        slug: await freeSlug(tx, copy.slug),
        startsAt: later(copy.startsAt)!,
        endsAt: later(copy.endsAt)!,
        opensAt: later(copy.opensAt),
        closesAt: later(copy.closesAt),
        sheetAt: later(copy.sheetAt),
        state: 'draft',
        taken: 0,
        held: 0,
        waiting: 0,
        nextPosition: 1,
        firstPosition: 1,
        nextSession: 1,
        gridOpen: true,
        strangersSince: null,
        strangersToldAt: null,
        version: 0,
        publishedAt: null,
        cancelledAt: null,
        cancelMessage: '',
      })
      .returning();
    return ok(made!);
  });

/** Sets the event's image, given as a file or as one that was kept, or takes it away. Refuses: event_unknown, not_organiser, invalid. */
export async function setImage(
  ctx: Ctx,
  slug: string,
  image: Buffer | number | null,
): Promise<Result<Event>> {
  const kept = Buffer.isBuffer(image)
    ? await keepImage(ctx, image)
    : ok(image === null ? null : { id: image });
  if (!kept.ok) return kept;
  return transact(ctx.db, async (tx) => {
    const found = await lockManaged(tx, ctx, slug);
    if (!found.ok) return found;
    const imageId = kept.value?.id ?? null;
    if (imageId === found.value.imageId) return ok(found.value);
    if (imageId !== null && !(await holdImage(tx, ctx.actor, imageId)))
      return invalid([{ field: 'image', code: 'image_gone' }]);
    return ok(await set(tx, found.value, { imageId }, ctx.now()));
  });
}

async function lockManaged(tx: Run, ctx: Ctx, slug: string): Promise<Result<Event>> {
  const [event] = await tx.select().from(events).where(eq(events.slug, slug)).for('no key update');
  if (!event) return refuse('not_found', 'event_unknown');
  return mayManage(ctx.actor, event.id) ? ok(event) : refuse('forbidden', 'not_organiser');
}

/** One job an event: a change that waits to be told is replaced by the next one, as what is told is how things stand then. */
const tellEveryone = (tx: Run, { id, version }: Event, kind: EventChange) =>
  enqueue(tx, 'tell_event', { event: id, kind, version }, { key: `tell_event:${id}` });

async function set(tx: Run, event: Event, values: Partial<Event>, now: Date): Promise<Event> {
  const [after] = await tx
    .update(events)
    .set({ ...values, version: sql`${events.version} + 1`, updatedAt: now })
    .where(eq(events.id, event.id))
    .returning();
  return after!;
}

/** Nobody is asked any more to prove their address, whoever was. */
const askNobody = (tx: Run, eventId: number) =>
  tx
    .update(registrations)
    .set({ proveBy: null, proveRemindAt: null })
    .where(and(eq(registrations.eventId, eventId), isNotNull(registrations.proveBy)));

const nameOf = (question: Field) => question.name;
const labelOf = (question: Field) => question.label;

/** Whoever chose a dish that goes has chosen nothing for its course. */
async function forgetChosen(tx: Run, eventId: number, gone: ChosenDish[]) {
  if (gone.length === 0) return;
  await tx.execute(sql`update members m set choices = m.choices - gone.course
    from registrations r, jsonb_to_recordset(${jsonOf(gone)}::jsonb) as gone(course text, dish text)
    where r.id = m.registration_id and r.event_id = ${eventId} and m.choices->>gone.course = gone.dish`);
}

const named = ({ questions, menu }: EventValues) => ({
  questions: nameQuestions(questions, reservedNames),
  menu: menu && nameQuestions(menu, reservedNames),
});

const slugTaken = (slug: string) => invalid([{ field: 'slug', code: 'slug_taken', data: { slug } }]);

const exists = async (tx: Run, slug: string) =>
  (await tx.select({ id: events.id }).from(events).where(eq(events.slug, slug))).length > 0;

async function freeSlug(tx: Run, slug: string): Promise<string> {
  const stem = slug.replace(/-\d+$/, '').slice(0, 54);
  const rows = await tx
    .select({ slug: events.slug })
    .from(events)
    .where(sql`${events.slug} like ${`${stem}-%`}`);
  const taken = new Set(rows.map((row) => row.slug));
  let n = 2;
  while (taken.has(`${stem}-${n}`)) n++;
  return `${stem}-${n}`;
}

/** The series of that name, made when new. */
async function seriesId(tx: Run, name: string): Promise<number | null> {
  const slug = slugify(name);
  if (!slug) return null;
  const [row] = await tx
    .insert(series)
    .values({ slug, name })
    .onConflictDoUpdate({ target: series.slug, set: { slug } })
    .returning({ id: series.id });
  return row!.id;
}
