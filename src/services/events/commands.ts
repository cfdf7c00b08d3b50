import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, registrations, series } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { planAhead } from '../../jobs/planned.ts';
import type { Field } from '../../shared/form.ts';
import { slugify } from '../../shared/ids.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { jsonOf } from '../../shared/text.ts';
import { organisesSite } from '../organising/rules.ts';
import { reservedNames } from '../registrations/rules.ts';
import { eventMadeBy, lockManaged, tellEveryone } from './changing.ts';
import { countAnswers, countChosen } from './chosen.ts';
import { type EventInput, type EventValues, readEvent, saysYes } from './input.ts';
import { type ChosenDish, dishOf, lostDishes } from './menu.ts';
import type { Event } from './queries.ts';
import { nameQuestions, removedQuestions, worthTelling } from './rules.ts';

/** Makes a draft. The same `requestKey` twice is one event. Refuses: not_organiser, invalid (slug_taken among its issues). */
export async function createEvent(
  ctx: Ctx,
  { requestKey, ...input }: EventInput & { requestKey?: string },
): Promise<Result<Event>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
  const { values, issues } = readEvent(input);
  if (!values) return invalid(issues);
  return transact(ctx.db, async (tx) => {
    const { series: seriesName, ...rest } = values;
    const [made] = await tx
      .insert(events)
      .values({ ...rest, ...named(values), requestKey, seriesId: await seriesId(tx, seriesName) })
      .onConflictDoNothing()
      .returning();
    const before = made ?? (await eventMadeBy(tx, requestKey));
    return before ? ok(before) : slugTaken(values.slug);
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

/** Nobody is asked any more to prove their address, whoever was. */
const askNobody = (tx: Run, eventId: number) =>
  tx
    .update(registrations)
    .set({ proveBy: null, proveRemindAt: null, proveAskedAt: null })
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
