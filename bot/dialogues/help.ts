import { t } from '../../src/words/words.ts';
import type { Dialogue } from '../dialogue.ts';

/** `help`, and `help WORD` for one of the dialogues. */
export const help = (find: (word: string) => Dialogue | undefined): Dialogue => ({
  name: 'help',
  also: ['?', 'hilfe'],
  say(words) {
    const about = find((words[0] ?? '').toLowerCase());
    if (about && about.name !== 'help') return { text: t(`bot:help.${about.name}`) };
    return { text: t('bot:help.all'), items: [] };
  },
});
