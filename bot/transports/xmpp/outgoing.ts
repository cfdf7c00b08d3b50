import { createHash } from 'node:crypto';
import type { Choice, Reply } from '../../../src/shared/chat.ts';
import { cut } from '../../../src/shared/text.ts';
import type { Incoming } from './incoming.ts';
import type { Us } from './jid.ts';
import { split } from './split.ts';
import { el, ns } from './stanza.ts';
import type { Stanza } from './types.ts';

/** Makes the same stanza anew each time: one that was tried before belongs to the session it was tried in. */
export type Make = () => Stanza;

type Where = { to: string; from?: string; type: 'chat' | 'normal'; thread?: string };

/** A message of ours, in parts where it is long. A second try has the same ids, for clients that can tell. */
export function messages(where: Where, id: string, { text, choices = [], language }: Reply): Make[] {
  const parts = split(text);
  return parts.map((part, index) => () => {
    const name = index === 0 ? id : `${id}.${index + 1}`;
    return el(
      'message',
      { to: where.to, from: where.from, type: where.type, id: name, 'xml:lang': language },
      el('body', {}, part),
      where.thread && el('thread', {}, where.thread),
      where.type === 'chat' && el('active', { xmlns: ns.states }),
      el('origin-id', { xmlns: ns.sid, id: name }),
      // Titles and names are shown as they were written: *these* are no commands to a renderer (XEP-0393).
      el('unstyled', { xmlns: ns.styling }),
      ...(index === parts.length - 1 ? responses(choices) : []),
      el('store', { xmlns: ns.hints }),
    );
  });
}

/** What can be pressed (XEP-0439, 5): no two with the same value or label. The text has them too. */
function responses(choices: Choice[]): Stanza[] {
  const first = (key: keyof Choice) => (one: Choice, index: number, all: Choice[]) =>
    all.findIndex((other) => other[key] === one[key]) === index;
  return choices
    .filter(first('value'))
    .filter(first('label'))
    .map(({ value, label }) => el('response', { xmlns: ns.response, value, label }));
}

/** Where the answer to a message goes: to the device that it came from, and its server sends on what that one misses. */
export const backTo = (message: Incoming, us: Us): Where => ({
  to: message.from,
  from: us.from(message.to),
  type: message.type,
  thread: message.thread && cut(message.thread, 200),
});

/** The answer's id follows from the message's key: given again, it is the same. */
export function answers(message: Incoming, us: Us, replies: Reply[]): Make[] {
  const id = createHash('sha256').update(`${message.person} ${message.key}`).digest('base64url').slice(0, 24);
  return replies.flatMap((reply, index) => messages(backTo(message, us), `${id}-${index + 1}`, reply));
}

/** XEP-0184: says that the message was taken. */
export const receipt = (message: Incoming, us: Us): Stanza =>
  el(
    'message',
    { to: message.from, from: us.from(message.to), type: message.type },
    el('received', { xmlns: ns.receipts, id: message.id }),
    el('store', { xmlns: ns.hints }),
  );

/** XEP-0085; not worth keeping for later. */
export const chatState = (message: Incoming, us: Us, state: 'composing' | 'active'): Stanza =>
  el(
    'message',
    { to: message.from, from: us.from(message.to), type: 'chat' },
    el(state, { xmlns: ns.states }),
    el('no-store', { xmlns: ns.hints }),
  );

/** What is written to a component that is on its way out would be lost unnoticed: the sender's client shows this. */
export const notNow = ({ from, to, id }: Incoming): Stanza =>
  el(
    'message',
    { to: from, from: to, id, type: 'error' },
    el('error', { type: 'wait' }, el('recipient-unavailable', { xmlns: ns.stanzas })),
  );
