import { type FoundAttendee, findAttendees } from '../../src/services/arrivals/queries.ts';
import { findSessions, type SessionAtEvent } from '../../src/services/sessions/across-events.ts';
import { cut } from '../../src/shared/text.ts';
import { shortDay } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Item, Outcome } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { keepCamp } from './camp-slot.ts';
import { shortened } from './fields.ts';
import { placeText, sessionItem } from './session-lines.ts';

const shown = 6;

/**
 * `find WORDS`: sessions by the beginnings of words, those of the BarCamp that is meant first, then of all that were. To organisers and
 * helpers also the people of their events, by a part of the name.
 */
export const find: Dialogue = {
  name: 'find',
  also: ['search'],
  slots: () => [
    { name: 'words', label: t('bot-looking:find.label'), prompt: t('bot-looking:find.which'), takes },
  ],
  checks: { words: readWords },
  async act({ ctx, given, me }) {
    const typed = String(given.words);
    const words = shortened(typed, 40);
    const camp = await findCamp(ctx, me);
    const near = 'camp' in camp ? camp.camp : undefined;
    const asked = { first: near?.id, personId: me.personId };
    const found = await findSessions(ctx.db, typed, shown + 1, asked);
    const people = (await findAttendees(ctx, typed, shown)).map((one) => personItem(one, ctx.now()));
    if (found.length + people.length === 0)
      return { kind: 'done', said: { text: t('bot-looking:find.none', { words }) } };
    const talks = found.slice(0, shown).map((one) => itemOf(one, near?.id));
    const items = [...headed(people, 'people'), ...(people.length > 0 ? headed(talks, 'sessions') : talks)];
    const link = `${ctx.baseUrl}/sessions?q=${encodeURIComponent(typed)}`;
    const after = found.length > shown ? t('bot-looking:find.more', { link }) : t('bot:events.after');
    return {
      kind: 'done',
      said: {
        text: t(people.length > 0 ? 'bot-looking:find.text_both' : 'bot-looking:find.text', { words }),
        items,
        after,
      },
    };
  },
};

const headed = (items: Item[], part: 'people' | 'sessions'): Item[] =>
  items.map((one, index) => (index === 0 ? { ...one, heading: t(`bot-looking:find.${part}`) } : one));

/** From so long before an event on, whoever is found is let in; until then they are looked at. Milliseconds. */
const doorOpens = 3 * 3600_000;

function personItem({ id, name, state, event }: FoundAttendee, now: Date): Item {
  const near = event.startsAt.getTime() - now.getTime() < doorOpens;
  const send = near && state === 'confirmed' ? `check in ${event.slug} ${id}/all` : `attendees ${event.slug}`;
  return { label: t(`bot-looking:find.person_${state}`, { name, event: event.name }), button: name, send };
}

/** Several words are no command, unless it is this one again. */
const takes = (text: string) => /\s/.test(text) && !/^(find|search)\s/i.test(text);

/** With its place where it is of the BarCamp that is meant, else with the event that it is of. */
function itemOf(found: SessionAtEvent, near?: number): Item {
  const { event, eventId } = found;
  const here = eventId === near;
  const camp = keepCamp({ ...event, id: eventId }, !here);
  const item = sessionItem(camp, found);
  const where = here
    ? placeText(found, event.zone)
    : `${event.name}, ${shortDay(event.startsAt, event.zone)}`;
  return { ...item, label: `${item.label}, ${where}` };
}

async function readWords({ typed, rest }: Checking): Promise<Outcome> {
  const words = cut([typed, ...rest].join(' ').trim(), 200);
  if (!/[\p{L}\p{N}]/u.test(words)) return { kind: 'again', slot: 'words', text: '' };
  return { kind: 'given', given: { words }, used: rest.length + 1 };
}
