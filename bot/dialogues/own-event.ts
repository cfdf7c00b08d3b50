import { upcomingOf } from '../../src/services/registrations/queries.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Outcome, Slot } from '../dialogue.ts';
import { nearest } from '../engine/near.ts';
import { shortened } from './fields.ts';
import { whenOf } from './lines.ts';

export type Mine = Awaited<ReturnType<typeof upcomingOf>>[number];

/** What is kept of one's own registration. */
export type Own = { id: number; slug: string; name: string; when: string; size: number };

/** Asks which of one's own registrations; `check` reads it, and takes the only one there is. */
export const ownSlot = (prompt: string, label: string): Slot => ({
  name: 'event',
  label,
  prompt,
  listed: true,
  shown: (value) => (value as Own).name,
  word: (value) => (value as Own).slug,
});

/** Reads which registration is meant of those that fit; `none` is said where none does. */
export const checkOwn =
  (fits: (row: Mine) => boolean, words: { which: string; none: string }) =>
  async ({ ctx, me, typed }: Checking): Promise<Outcome> => {
    const rows = (await upcomingOf(ctx.db, me.personId!, ctx.now())).filter(fits);
    if (rows.length === 0) return { kind: 'done', said: { text: words.none } };
    const found = typed === '' ? rows : named(rows, typed);
    if (found.length === 1) return chosen(found[0]!, typed === '' ? 0 : 1);
    // With one alone, a word that names none of them is for what comes next.
    if (rows.length === 1) return chosen(rows[0]!, 0);
    const text =
      found.length === 0 ? t('bot:unregister.not_that', { typed: shortened(typed, 40) }) : words.which;
    const items = (found.length > 0 ? found : rows).slice(0, 9).map((row) => ({
      label: `${row.event.name}, ${whenOf(row.event)}`,
      button: row.event.name,
      send: row.event.slug,
    }));
    return { kind: 'choose', slot: 'event', text, items };
  };

function named(rows: Mine[], typed: string): Mine[] {
  const text = typed.toLowerCase();
  const exact = rows.filter(({ event }) => event.slug === text);
  if (exact.length > 0) return exact;
  const holding = rows.filter(
    ({ event }) => event.slug.includes(text) || event.name.toLowerCase().includes(text),
  );
  return holding.length > 0
    ? holding
    : rows.filter(({ event }) => nearest(typed, [event.slug, event.name]).length > 0);
}

const chosen = (row: Mine, used: number): Outcome => ({ kind: 'given', given: { event: ownOf(row) }, used });

export const ownOf = ({ id, event, size }: Mine): Own => ({
  id,
  slug: event.slug,
  name: event.name,
  when: whenOf(event),
  size,
});
