import { createHash, randomUUID } from 'node:crypto';
import { withoutFallback } from './fallback.ts';
import { bare, isPersonal, type Us } from './jid.ts';
import { ns } from './stanza.ts';
import type { Stanza } from './types.ts';

/** A message that somebody wrote to the bot. */
export type Incoming = {
  /** Who: the bare address, as the server stamped it. Nothing inside the message is believed about that. */
  person: string;
  /** Where the answer goes, and which address of ours it comes from. */
  from: string;
  to?: string;
  type: 'chat' | 'normal';
  /** Names the message: the same one, delivered again, has the same. */
  key: string;
  id?: string;
  thread?: string;
  text: string;
  /** Of their client (BCP 47), where it says one: what is said while nothing is known of them is in it. */
  language?: string;
  encrypted: boolean;
  wantsReceipt: boolean;
  /** Their client shows whether we are typing. */
  showsTyping: boolean;
};

/**
 * Reads a message for the bot; undefined for all else: errors, headlines, rooms, what our own account sent, what a server or
 * a service says, and copies of other messages (carbons, forwarded, archived), whoever wraps them: a stranger can write
 * such a wrapper by hand (CVE-2017-5589), and what our own account did elsewhere is no command either.
 */
export function readMessage(stanza: Stanza, us: Us): Incoming | undefined {
  const { from = '', to, id, type = 'normal' } = stanza.attrs;
  if (type !== 'chat' && type !== 'normal') return undefined;
  if (!isPersonal(from) || us.owns(from)) return undefined;
  if (stanza.getChildElements().some(isNotSaid)) return undefined;
  const encrypted = wrappings.some(([name, space]) => stanza.getChild(name, space));
  const body = stanza.getChild('body')?.getText() ?? '';
  const text = encrypted ? body : withoutFallback(stanza, body);
  if (text.trim() === '') return undefined;
  return {
    person: bare(from),
    from,
    to,
    type,
    key: keyOf(stanza, us, text),
    id,
    thread: stanza.getChild('thread')?.getText(),
    text,
    language: stanza.attrs['xml:lang']?.split('-')[0]?.toLowerCase(),
    encrypted,
    wantsReceipt: id !== undefined && stanza.getChild('request', ns.receipts) !== undefined,
    showsTyping: stanza.getChildElements().some((child) => child.getNS() === ns.states),
  };
}

const wrappings = [
  ['encryption', ns.encryption],
  ['encrypted', ns.omemo],
  ['x', ns.pgp],
] as const;

/** A room's invitation and what is said there in private come from the room: all who are in it would be one person. */
const notSaid: Set<string | undefined> = new Set([
  ns.carbons,
  ns.forward,
  ns.mam,
  ns.mucUser,
  ns.conference,
  ns.pubsubEvent,
]);
const isNotSaid = (child: Stanza) => notSaid.has(child.getNS());

/**
 * A client that lost its connection sends what it does not know to have arrived once more, under the same id (XEP-0198, 5):
 * an id that nobody comes to twice by counting names the message. Else our own server's archive does (XEP-0359), or the id
 * together with the text, for there are clients that begin to count again. Without any it is new: `yes` twice is two answers.
 */
function keyOf(stanza: Stanza, us: Us, text: string): string {
  const { id = '' } = stanza.attrs;
  if (isRandom(id)) return `id:${hash(`${id}\n${text}`)}`;
  // The last one: Prosody (0.12.3) leaves in what the sender has put there in its name, and adds its own.
  const stamped = stanza
    .getChildren('stanza-id', ns.sid)
    .findLast(({ attrs }) => us.mode === 'client' && bare(attrs.by ?? '') === us.jid);
  if (stamped?.attrs.id) return `archive:${hash(stamped.attrs.id)}`;
  return id ? `id:${hash(`${id}\n${text}`)}` : `once:${randomUUID()}`;
}

const isRandom = (id: string) => id.length >= 16 && /\d/.test(id) && /[a-z]/i.test(id);

const hash = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 32);
