import { speak } from '../../src/services/people/preferences.ts';
import { personById } from '../../src/services/people/queries.ts';
import { languageCode } from '../../src/shared/languages.ts';
import { speaking } from '../../src/shared/spoken.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { languages, ownName, t } from '../../src/words/words.ts';
import type { Dialogue, Read } from '../dialogue.ts';
import { shortened } from './fields.ts';

/** `language deutsch`: in which language the bot talks, to a person in all their chats, to somebody unknown in this one. */
export const language: Dialogue = {
  name: 'language',
  also: ['lang', 'sprache'],
  slots: () => [
    {
      name: 'language',
      label: t('bot:language.label'),
      prompt: t('bot:language.ask'),
      items: languages.map((one) => ({ label: ownName(one), send: one })),
      read,
    },
  ],
  async act({ ctx, me, given }) {
    const chosen = String(given.language);
    const person = me.linked && me.personId ? await personById(ctx.db, me.personId) : undefined;
    const result = await speak(ctx, person, chosen);
    if (!result.ok) return { kind: 'again', slot: 'language', text: refusalText(t, result.refusal) };
    return {
      kind: 'done',
      said: { text: speaking({ language: chosen }, () => t('bot:language.done')) },
      wrote: true,
    };
  },
};

/** By its code, `de-AT` is `de`, or by its name in English or in itself. */
function read(text: string): Read {
  const code = languageCode(text.replace(/[-_].*/, ''));
  return languages.includes(code)
    ? { value: code }
    : { error: t('bot:language.unknown', { typed: shortened(text, 40) }) };
}
