import { anonymous, type Base } from '../src/context.ts';
import { t } from '../src/words/words.ts';
import { runAlone } from './conversation.ts';
import { split } from './engine/line.ts';

/** What is asked in a room. `us`: where to write to in private. */
export type RoomLine = { event: string; camp: boolean; text: string; us: string };

/** The words that only look, and say nothing of anybody but who gives a session. */
const open = ['now', 'next', 'schedule', 'sessions', 'session', 'room', 'at', 'find', 'events', 'event'];
/** Those that mean the room's own event when they stand alone. */
const ofCamp = ['now', 'next', 'schedule', 'sessions'];

const mostLines = 10;

/**
 * Answers what is said to the bot in a room: every line for itself, for anybody, with nothing kept. Whatever has to do with
 * a person is for a private chat, and is not begun here.
 */
export async function answerInRoom(base: Base, { event, camp, text, us }: RoomLine): Promise<string> {
  const [first = '', ...rest] = split(text);
  const word = first.toLowerCase().replace(/[?!.,]$/, '');
  if (!open.includes(word)) return t(isOurs(word) ? 'rooms:private' : 'rooms:unknown', { jid: us });
  const line = camp && rest.length === 0 && ofCamp.includes(word) ? `${word} ${event}` : text;
  const replies = await runAlone(base, anonymous('chat'), line);
  // A number means nothing here: the next line may be somebody else's.
  const lines = replies
    .flatMap((reply) => reply.text.split('\n'))
    .map((one) => one.replace(/^\s*\d+ - /, ''));
  return lines.slice(0, mostLines).join('\n');
}

const isOurs = (word: string): boolean =>
  /^(register|unregister|my|propose|claim|star|link|whoami|mine)$/.test(word);
