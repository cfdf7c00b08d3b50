import { organisedEvents } from '../../src/services/events/queries.ts';
import { mayManage, maySee, reach } from '../../src/services/organising/rules.ts';
import { refuse } from '../../src/shared/result.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Outcome, Slot } from '../dialogue.ts';
import { shortened } from './fields.ts';
import { eventItem, pageSize, whenOf } from './lines.ts';
import { findEvent } from './lookup.ts';

/** What is kept of an event that somebody organises. */
export type Organised = { id: number; slug: string; name: string; when: string };

/** Asks which of the events that one organises. */
export const organisedSlot = (): Slot => ({
  name: 'event',
  label: t('announce:bot.label_event'),
  prompt: t('announce:bot.event'),
  listed: true,
  shown: (value) => (value as Organised).name,
  word: (value) => (value as Organised).slug,
});

/** Reads an event of those that the actor's role reaches; without a word it is the only one, or is chosen from a list. */
export const checkOrganised =
  (right: 'see' | 'manage') =>
  async (checking: Checking): Promise<Outcome> => {
    const { ctx, typed, rest } = checking;
    const may = right === 'see' ? maySee : mayManage;
    if (typed === '') return chooseOrganised(checking, t('announce:bot.event'));
    const found = await findEvent(ctx, typed, rest);
    if (!('event' in found))
      return chooseOrganised(checking, t('bot:no_event', { typed: shortened(typed, 40) }));
    const { event, used } = found;
    if (!may(ctx.actor, event.id)) return said(refusalText(t, refuse('forbidden', 'not_organiser').refusal));
    return { kind: 'given', given: { event: keepOrganised(event) }, used };
  };

export const keepOrganised = (event: {
  id: number;
  slug: string;
  name: string;
  startsAt: Date;
  endsAt: Date;
  zone: string;
}) => ({ id: event.id, slug: event.slug, name: event.name, when: whenOf(event) }) satisfies Organised;

async function chooseOrganised({ ctx, after }: Checking, text: string): Promise<Outcome> {
  const all = await organisedEvents(ctx.db, reach(ctx.actor), ctx.now(), 30);
  const coming = all.filter((one) => one.endsAt > ctx.now() && one.state !== 'draft');
  if (coming.length === 0) return said(t('announce:bot.none'));
  if (coming.length === 1) return { kind: 'given', given: { event: keepOrganised(coming[0]!) }, used: 0 };
  const from = Number(after ?? 0);
  const items = coming.slice(from, from + pageSize).map((one) => eventItem(one, ctx.now(), one.slug));
  const more = coming.length > from + pageSize ? from + pageSize : undefined;
  return { kind: 'choose', slot: 'event', text, items, more, after: more ? t('bot:more_hint') : undefined };
}

export const said = (text: string): Outcome => ({ kind: 'done', said: { text } });
