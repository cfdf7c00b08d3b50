import { cancelOwn } from '../../src/services/registrations/commands.ts';
import { upcomingOf } from '../../src/services/registrations/queries.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Outcome } from '../dialogue.ts';
import { nearest } from '../engine/near.ts';
import { cut } from './fields.ts';
import { pageSize, whenOf } from './lines.ts';

type Mine = Awaited<ReturnType<typeof upcomingOf>>[number];

/** `my`: what one is registered for. */
export const my: Dialogue = {
  name: 'my',
  also: ['registrations'],
  needsPerson: true,
  async act({ ctx, me, given }) {
    const from = Number(given.from ?? 0);
    const rows = await upcomingOf(ctx.db, me.personId!, ctx.now());
    if (rows.length === 0)
      return {
        kind: 'done',
        said: { text: t('bot:my.none'), items: [{ label: t('bot:items.events'), send: 'events' }] },
      };
    const items = rows.slice(from, from + pageSize).map((row) => item(row, `event ${row.event.slug}`));
    const more = rows.length > from + pageSize ? { from: from + pageSize } : undefined;
    const after = t(more ? 'bot:events.after_more' : 'bot:my.after');
    return { kind: 'done', said: { text: t('bot:my.text'), items, after, more } };
  },
};

/** `unregister EVENT yes`. */
export const unregister: Dialogue = {
  name: 'unregister',
  also: ['leave', 'unrsvp'],
  needsPerson: true,
  slots: () => [
    {
      name: 'event',
      label: t('bot:event.label'),
      prompt: t('bot:unregister.which'),
      listed: true,
    },
  ],
  checks: { event: which },
  confirm(given) {
    const { name, when, state } = given.event as Chosen;
    return {
      question: t(`bot:unregister.sure_${state}`, { event: name, when }),
      what: t('bot:unregister.what', { event: name }),
    };
  },
  async act({ ctx, given }) {
    const { slug, name, when } = given.event as Chosen;
    const result = await cancelOwn(ctx, slug);
    // There was a registration when it was asked for: whatever has cancelled it since, this very message too, it is gone.
    const gone = result.ok || result.refusal.code === 'not_registered';
    const text = gone
      ? t('site:registration.cancelled', { event: name, when })
      : refusalText(t, result.refusal);
    return {
      kind: 'done',
      said: { text, items: [{ label: t('bot:items.events'), send: 'events' }] },
      wrote: true,
    };
  },
};

type Chosen = { slug: string; name: string; when: string; state: string };

const chosen = ({ event, state }: Mine): Outcome => ({
  kind: 'given',
  given: { event: { slug: event.slug, name: event.name, when: whenOf(event), state } satisfies Chosen },
});

async function which({ ctx, me, typed, rest, after }: Checking): Promise<Outcome> {
  const rows = await upcomingOf(ctx.db, me.personId!, ctx.now());
  if (rows.length === 0) return { kind: 'done', said: { text: t('bot:my.none') } };
  if (typed === '')
    return rows.length === 1 ? chosen(rows[0]!) : list(rows, t('bot:unregister.which'), Number(after ?? 0));
  const numbered = /^\d{1,2}$/.test(typed) ? rows[Number(typed) - 1] : undefined;
  if (numbered) return chosen(numbered);
  const found = named(rows, typed, rest);
  if (found.rows.length === 1) return { ...chosen(found.rows[0]!), used: found.used } as Outcome;
  if (found.rows.length > 1) return list(found.rows, t('bot:event_several', { typed: cut(typed, 40) }));
  return list(rows, t('bot:unregister.not_that', { typed: cut(typed, 40) }));
}

/** The rows that the longest beginning of the line's words names; else those that it nearly does. */
function named(rows: Mine[], typed: string, rest: string[]): { rows: Mine[]; used: number } {
  for (let used = Math.min(rest.length + 1, 5); used > 0; used--) {
    const text = [typed, ...rest].slice(0, used).join(' ').toLowerCase();
    const exact = rows.filter(({ event }) => event.slug === text || event.name.toLowerCase() === text);
    const holding = rows.filter(
      ({ event }) => event.slug.includes(text) || event.name.toLowerCase().includes(text),
    );
    if (holding.length > 0) return { rows: exact.length === 1 ? exact : holding, used };
  }
  return { rows: rows.filter(({ event }) => nearest(typed, [event.slug, event.name]).length > 0), used: 1 };
}

function list(rows: Mine[], text: string, from = 0): Outcome {
  const items = rows.slice(from, from + pageSize).map((row) => item(row, row.event.slug));
  const more = rows.length > from + pageSize ? from + pageSize : undefined;
  return { kind: 'choose', slot: 'event', text, items, more, after: more ? t('bot:more_hint') : undefined };
}

const item = ({ event, state, rank }: Mine, send: string) => ({
  label: t('bot:my.item', { event: event.name, when: whenOf(event), state: t(`bot:my.${state}`, { rank }) }),
  button: event.name,
  send,
});
