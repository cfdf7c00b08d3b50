import type { Book, Dialogue } from '../dialogue.ts';
import { event, events, other } from './events.ts';
import { help } from './help.ts';
import { link } from './link.ts';
import { menu } from './menu.ts';
import { name, start, stop, whoami } from './people.ts';
import { register } from './register.ts';
import { my, unregister } from './registrations.ts';
import { schedule } from './series.ts';

const all = [menu, events, event, register, my, unregister, schedule, whoami, link, name, stop, start];

/** Everything that the bot can talk about. */
export const book: Book = makeBook([...all, help((word) => byWord(all, word))], menu, other);

/** The dialogues by their words; `menu` is what numbers stand for at first, `other` gets what is no command. */
export function makeBook(dialogues: Dialogue[], first: Dialogue, rest: Dialogue): Book {
  return {
    find: (word) => byWord(dialogues, word),
    named: (wanted) => [...dialogues, rest].find((one) => one.name === wanted),
    words: dialogues.map((one) => one.name),
    menu: first,
    other: rest,
  };
}

const byWord = (dialogues: Dialogue[], word: string): Dialogue | undefined =>
  dialogues.find((one) => one.name === word || one.also?.includes(word));
