import type { Book, Dialogue } from '../dialogue.ts';
import { announce } from './announce.ts';
import { at } from './at.ts';
import { claim, move } from './claim.ts';
import { coming } from './coming.ts';
import { checkIn } from './door.ts';
import { event, events, other } from './events.ts';
import { find } from './finding.ts';
import { off, swap } from './grid-moves.ts';
import { help } from './help.ts';
import { invite } from './invite.ts';
import { language } from './language.ts';
import { link } from './link.ts';
import { next, now } from './looking.ts';
import { menu } from './menu.ts';
import { notices, start, stop } from './notices.ts';
import { pass, skip, take } from './offers.ts';
import { attendees, exportList } from './organising.ts';
import { party } from './party.ts';
import { name, whoami } from './people.ts';
import { quiet, remind, zone } from './preferences.ts';
import { forget, myData, signIn, unlink } from './privacy.ts';
import { propose } from './propose.ts';
import { register } from './register.ts';
import { my, unregister } from './registrations.ts';
import { room } from './room.ts';
import { schedule } from './series.ts';
import { session } from './session.ts';
import { mine, sessions } from './sessions.ts';
import { star, unstar } from './stars.ts';
import { restore, withdraw } from './withdraw.ts';

const registering = [
  menu,
  events,
  event,
  register,
  my,
  unregister,
  schedule,
  party,
  take,
  pass,
  skip,
  coming,
];
const changing = [propose, claim, move, swap, off, withdraw, restore, star, unstar];
const looking = [sessions, session, now, next, room, at, find, mine];
const people = [
  whoami,
  link,
  unlink,
  signIn,
  name,
  notices,
  stop,
  start,
  quiet,
  remind,
  zone,
  language,
  myData,
  forget,
];
const organising = [attendees, checkIn, announce, exportList, invite];
const all = [...registering, ...looking, ...changing, ...people, ...organising];

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
