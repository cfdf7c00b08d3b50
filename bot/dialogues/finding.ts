import { findSessions, type SessionAtEvent } from '../../src/services/sessions/across-events.ts';
import { shortDay } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Item, Outcome } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { keepCamp } from './camp-slot.ts';
import { cut } from './fields.ts';
import { placeText, sessionItem } from './session-lines.ts';

const shown = 6;

/** `find WORDS`: sessions by the beginnings of words, those of the BarCamp that is meant first, then of all that were. */
export const find: Dialogue = {
  name: 'find',
  also: ['search'],
  slots: () => [
    { name: 'words', label: t('bot-looking:find.label'), prompt: t('bot-looking:find.which'), takes },
  ],
  checks: { words: readWords },
  async act({ ctx, given, me }) {
    const typed = String(given.words);
    const words = cut(typed, 40);
    const camp = await findCamp(ctx, me);
    const near = 'camp' in camp ? camp.camp : undefined;
    const asked = { first: near?.id, personId: me.personId };
    const found = await findSessions(ctx.db, typed, shown + 1, asked);
    if (found.length === 0) return { kind: 'done', said: { text: t('bot-looking:find.none', { words }) } };
    const items = found.slice(0, shown).map((one) => itemOf(one, near?.id));
    const link = `${ctx.baseUrl}/sessions?q=${encodeURIComponent(typed)}`;
    const after = found.length > shown ? t('bot-looking:find.more', { link }) : t('bot:events.after');
    return { kind: 'done', said: { text: t('bot-looking:find.text', { words }), items, after } };
  },
};

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
  const words = [typed, ...rest].join(' ').trim().slice(0, 200);
  if (!/[\p{L}\p{N}]/u.test(words)) return { kind: 'again', slot: 'words', text: '' };
  return { kind: 'given', given: { words }, used: rest.length + 1 };
}
