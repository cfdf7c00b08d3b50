import { findSessions } from '../../src/services/sessions/queries.ts';
import { shortDay } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Item, Outcome } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { cut } from './fields.ts';

const shown = 6;

/** `find WORDS`: sessions by the beginnings of words, those of the BarCamp that is meant first, then of all that were. */
export const find: Dialogue = {
  name: 'find',
  also: ['search'],
  slots: () => [
    { name: 'words', label: t('bot-looking:find.label'), prompt: t('bot-looking:find.which'), free: true },
  ],
  checks: { words: readWords },
  async act({ ctx, given, me }) {
    const words = String(given.words);
    const camp = await findCamp(ctx, me);
    const near = 'camp' in camp ? camp.camp : camp.several[0];
    const found = await findSessions(ctx.db, words, shown + 1, { first: near?.id });
    if (found.length === 0)
      return { kind: 'done', said: { text: t('bot-looking:find.none', { words: cut(words, 40) }) } };
    const items = found.slice(0, shown).map(({ number, title, event }): Item => {
      const here = event.slug === near?.slug;
      const label = t('bot-looking:find.item', { number, title: cut(title, 70) });
      const where = here ? '' : `${event.name}, ${shortDay(event.startsAt, event.zone)}`;
      return {
        label: [label, where].filter(Boolean).join(', '),
        button: cut(title, 40),
        send: here ? `session ${number}` : `session ${event.slug} ${number}`,
      };
    });
    const link = `${ctx.baseUrl}/sessions?q=${encodeURIComponent(words)}`;
    const after = found.length > shown ? t('bot-looking:find.more', { link }) : t('bot:events.after');
    return {
      kind: 'done',
      said: { text: t('bot-looking:find.text', { words: cut(words, 40) }), items, after },
    };
  },
};

async function readWords({ typed, rest }: Checking): Promise<Outcome> {
  const words = [typed, ...rest].join(' ').trim().slice(0, 200);
  return { kind: 'given', given: { words }, used: rest.length + 1 };
}
