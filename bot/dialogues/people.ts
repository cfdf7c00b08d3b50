import { rename } from '../../src/services/people/commands.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue, Item, Me } from '../dialogue.ts';
import { fieldSlot } from './fields.ts';

/** `whoami`: whom the bot takes one for, and how to change that. */
export const whoami: Dialogue = {
  name: 'whoami',
  also: ['who', 'me'],
  say(_words, me) {
    const state = !me.email ? 'unknown' : me.linked ? 'linked' : 'said';
    const text = t(`bot:whoami.${state}`, { name: me.name, email: me.email });
    const notices = me.stopped ? t('bot:whoami.stopped') : '';
    return { text: [text, notices].filter(Boolean).join('\n'), items: choices(me) };
  },
};

function choices(me: Me): Item[] {
  const items = [{ label: t(me.linked ? 'bot:items.link_other' : 'bot:items.link'), send: 'link' }];
  if (me.email) items.push({ label: t('bot:items.name'), send: 'name' });
  if (me.email)
    items.push(
      me.stopped
        ? { label: t('bot:items.start'), send: 'start' }
        : { label: t('bot:items.stop'), send: 'stop' },
    );
  return items;
}

/** `name "Ann Lee"`: what one is called from now on. */
export const name: Dialogue = {
  name: 'name',
  also: ['rename'],
  needsPerson: true,
  begin: (words) => (words.length > 1 ? { name: words.join(' ') } : {}),
  slots: () => [
    fieldSlot(
      { name: 'name', kind: 'text', label: t('fields:labels.name'), required: true },
      t('bot:name.ask'),
    ),
  ],
  async act({ ctx, given }) {
    const result = await rename(ctx, String(given.name));
    if (!result.ok) return { kind: 'again', slot: 'name', text: refusalText(t, result.refusal) };
    return { kind: 'done', said: { text: t('bot:name.done', { name: given.name }) }, wrote: true };
  },
};
