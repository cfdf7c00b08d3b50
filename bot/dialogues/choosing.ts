import type { Ctx } from '../../src/context.ts';
import { openEvents } from '../../src/services/events/lists.ts';
import type { EventWithSeries } from '../../src/services/events/queries.ts';
import { placeState } from '../../src/services/events/rules.ts';
import { livingOf, madeBefore, portionsFree } from '../../src/services/registrations/queries.ts';
import { asksPlates, refusedBecause } from '../../src/services/registrations/rules.ts';
import { type Field, parseEmail } from '../../src/shared/form.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Me, Outcome } from '../dialogue.ts';
import { chooseOf } from './events.ts';
import { shortened } from './fields.ts';
import { eventItem, pageOf, pageSize, readCursor, whenOf } from './lines.ts';
import { findEvent } from './lookup.ts';
import type { Plates } from './plates.ts';

/** What is kept of the event while its questions are asked. */
export type Chosen = {
  slug: string;
  name: string;
  when: string;
  waiting?: number;
  /** So many hours a new address has to be proved; the zone is the event's. */
  prove?: { count: number; zone: string };
  questions: Field[];
  /** Absent: everybody comes alone, and nobody is asked what they eat. */
  plates?: Plates;
};

/** What is kept of the plates of an event; what is gone of the menu is asked of the database where the kitchen has limits. */
export async function keepPlates(ctx: Ctx, event: EventWithSeries): Promise<Plates | undefined> {
  const asks = asksPlates(event);
  if (!asks && event.partyMost === 1) return undefined;
  const left = await portionsFree(ctx.db, event);
  const gone = [...left].flatMap(([dish, count]) => (count <= 0 ? [dish] : []));
  return { asks, menu: event.menu, most: event.partyMost, gone };
}

export function keep(event: EventWithSeries, plates?: Plates): Chosen {
  const places = placeState(event);
  const waiting = places.kind === 'waiting_list' ? places.waiting : undefined;
  return {
    slug: event.slug,
    name: event.name,
    when: whenOf(event),
    waiting,
    prove: event.proveHours === null ? undefined : { count: event.proveHours, zone: event.zone },
    questions: event.questions,
    plates,
  };
}

/** Reads which event one registers for: a number of the open ones, or words of its name. */
export async function chooseEvent(checking: Checking): Promise<Outcome> {
  const { ctx, me, typed, rest, after } = checking;
  if (typed === '') return chooseOpen(ctx, t('bot:register.which'), after);
  const found = (await byNumber(ctx, typed)) ?? (await findEvent(ctx, typed, rest));
  const said = { typed: shortened(typed, 40) };
  if (!('event' in found)) {
    if (found.several.length === 0) return chooseOpen(ctx, t('bot:no_event', said));
    return chooseOf(ctx, found.several, t(found.near ? 'bot:event_near' : 'bot:event_several', said));
  }
  const left = rest.slice(found.used - 1);
  const refused = await refusedNow(ctx, found.event, me, left);
  // A message that is taken again after it had registered somebody gets the answer that it had.
  const again = refused && (await madeBefore(ctx.db, found.event.id, checking.key));
  if (refused && !again) return refused;
  return chosen(checking, keep(found.event, await keepPlates(ctx, found.event)), left, found.used);
}

async function byNumber(ctx: Ctx, typed: string) {
  if (!/^\d{1,2}$/.test(typed)) return undefined;
  const found = (await openEvents(ctx.db, ctx.now(), 100))[Number(typed) - 1];
  return found && { event: found, used: 1 };
}

/** Says at once what the command would refuse in the end: nobody answers five questions to hear "full". */
async function refusedNow(
  ctx: Ctx,
  event: EventWithSeries,
  me: Me,
  left: string[],
): Promise<Outcome | undefined> {
  const mine = me.personId ? await livingOf(ctx.db, me.personId, event.id) : undefined;
  if (mine) return already(event.slug, t('bot:register.already', { event: event.name }));
  const refusal = refusedBecause(event, ctx.now());
  return refusal && chooseInstead(ctx, refusalText(t, refusal), whoOf(left));
}

/** Name and e-mail of a line hold for any event; the answers after them were for this one. */
const whoOf = (left: string[]): string[] => left.slice(0, left.findIndex((word) => parseEmail(word)) + 1);

/**
 * Whom we know is not asked for name and e-mail, unless the line gives an e-mail: then it gives both. An e-mail right
 * after the event leaves the name to be asked for.
 */
function chosen({ me, given }: Checking, value: Chosen, left: string[], used: number): Outcome {
  const note = t('bot:register.event', value);
  const name = given.name ?? me.name;
  const email = parseEmail(left[0] ?? '');
  if (email) return { kind: 'given', given: { event: value, email, name }, used: used + 1, note };
  const both = left[1] !== undefined && parseEmail(left[1]) !== undefined;
  const known = both ? {} : { name, email: given.email ?? me.email };
  return { kind: 'given', given: { event: value, ...known }, used, note };
}

/** After a refusal: what there is instead. `rest`: the words of the line that hold for that too. */
export async function chooseInstead(ctx: Ctx, refused: string, rest: string[] = []): Promise<Outcome> {
  const outcome = await chooseOpen(ctx, [refused, t('bot:register.instead')].join('\n'));
  if (outcome.kind === 'choose') return { ...outcome, rest };
  return done([refused, t('bot:register.none_open')].join('\n'));
}

async function chooseOpen(ctx: Ctx, text: string, after?: unknown): Promise<Outcome> {
  const page = pageOf(await openEvents(ctx.db, ctx.now(), pageSize + 1, readCursor(after)));
  const items = page.rows.map((one) => eventItem(one, ctx.now(), one.slug));
  if (items.length === 0) return done(t('bot:register.none_open'));
  const below = page.more && t('bot:more_hint');
  return { kind: 'choose', slot: 'event', text, items, more: page.more, after: below };
}

const done = (text: string): Outcome => ({ kind: 'done', said: { text } });

/** There is a registration: it can be looked at, or cancelled. */
export const already = (slug: string, text: string): Outcome => ({
  kind: 'done',
  said: {
    text,
    items: [
      { label: t('bot:items.my'), send: 'my' },
      { label: t('bot:items.unregister'), send: `unregister ${slug}` },
    ],
  },
});
