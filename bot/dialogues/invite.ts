import { inviteBot } from '../../src/services/chatrooms/commands.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue } from '../dialogue.ts';
import { fieldSlot } from './fields.ts';
import { checkOrganised, type Organised, organisedSlot, said } from './organised.ts';

/** `invite EVENT camp@conference.example.org yes`: the bot comes to the room of an event. */
export const invite: Dialogue = {
  name: 'invite',
  needsPerson: true,
  begin: () => ({}),
  slots: () => [
    organisedSlot(),
    fieldSlot(
      { name: 'room', kind: 'text', label: t('rooms:bot.label_room'), required: true },
      t('rooms:bot.room'),
    ),
    fieldSlot(
      { name: 'announces', kind: 'yesno', label: t('rooms:bot.label_announces'), required: true },
      t('rooms:bot.announces'),
    ),
  ],
  checks: { event: checkOrganised('manage') },
  async act({ ctx, given }) {
    const { slug } = given.event as Organised;
    const input = { room: String(given.room), announces: given.announces === true };
    const result = await inviteBot(ctx, slug, input);
    if (result.ok) return { ...said(t('rooms:bot.done', result.value)), wrote: true };
    const text = refusalText(t, result.refusal);
    return result.refusal.code === 'invalid' ? { kind: 'again', slot: 'room', text } : said(text);
  },
};
