// Ad-hoc commands (XEP-0050): each of the bot's words is one, and what it asks comes as data forms.

import { createHash, randomBytes } from 'node:crypto';
import type { Log } from '../../../src/log.ts';
import {
  type ChatMessage,
  type Command,
  type Converse,
  NotNow,
  type Reply,
} from '../../../src/shared/chat.ts';
import { cut } from '../../../src/shared/text.ts';
import type { T } from '../../../src/words/words.ts';
import { choicesForm, chosenIn, filledOf, formOf } from './forms.ts';
import { bare, isPersonal, resource, type Us } from './jid.ts';
import type { Verdict } from './limits.ts';
import type { Rooms } from './rooms.ts';
import { el, ns } from './stanza.ts';
import type { Entity, Query, Stanza } from './types.ts';

export type CommandDesk = {
  entity: Entity;
  us: Us;
  rooms: Rooms;
  commands: Command[];
  converse: Converse;
  admit(person: string): Verdict;
  log: Log;
  t: T;
};

/** Answers `execute`, `next`, `prev`, `complete` and `cancel`. Each session is a conversation of its own, and only its owner's. */
export function offerCommands(desk: CommandDesk): void {
  desk.entity.iqCallee.set(ns.commands, 'command', (query) => execute(desk, query));
}

/** The list of commands, for disco (XEP-0030) at the node that XEP-0050 names. A client's are those of its device. */
export const commandItems = ({ jid }: Us, commands: Command[]): Stanza[] =>
  commands.map(({ word, title }) => el('item', { jid: `${jid}/${resource}`, node: word, name: title }));

async function execute(desk: CommandDesk, { stanza, element }: Query): Promise<Stanza> {
  const { from = '', id = '' } = stanza.attrs;
  const { node, sessionid } = element.attrs;
  const command = desk.commands.find((one) => one.word === node);
  if (!command) return refuse('cancel', 'item-not-found');
  // All who are in a room would be one person.
  if (!isPersonal(from) || desk.us.owns(from) || (await desk.rooms.isRoom(from)))
    return refuse('auth', 'forbidden');
  if (desk.admit(bare(from)) !== 'answer') return refuse('wait', 'resource-constraint');
  const session = (sessionid && cut(sessionid, 100)) || randomBytes(16).toString('base64url');
  const said = saidBy(command, element);
  if (typeof said === 'string') return answer(command, session, said);
  if (!said) return refuse('modify', 'bad-request', 'malformed-action');
  const key = `iq:${createHash('sha256').update(`${from}\n${id}`).digest('base64url')}`;
  try {
    const replies = await desk.converse({ address: `xmpp:${bare(from)}`, apart: session, key, ...said });
    return shown(desk.t, command, session, replies);
  } catch (error) {
    desk.log.error({ err: error }, 'xmpp: a command could not be answered');
    return failed(error);
  }
}

/** What an action says to the bot, or the status that it leads to by itself. Undefined: there is no such action. */
function saidBy({ word }: Command, element: Stanza): Pick<ChatMessage, 'text' | 'form'> | string | undefined {
  const { action = 'execute', sessionid } = element.attrs;
  if (action === 'cancel') return 'canceled';
  if (sessionid === undefined) return action === 'execute' ? { text: word } : undefined;
  const form = element.getChild('x', ns.data);
  const chosen = chosenIn(form);
  switch (action) {
    case 'prev':
      return { text: '', form: { ...filledOf(form), back: true } };
    case 'next':
    case 'execute':
    case 'complete':
      if (chosen === '') return 'completed';
      return chosen === undefined ? { text: '', form: filledOf(form) } : { text: chosen };
    default:
      return undefined;
  }
}

/** A question is a form; a list is one to choose from, or to be content with; what was done is done. */
function shown(t: T, command: Command, session: string, replies: Reply[]): Stanza {
  const last = replies.at(-1);
  const text = replies.map((reply) => withoutNumbers(reply.text)).join('\n\n');
  if (last?.asks) {
    const { fields, back } = last.asks;
    const forward = fields.length === 0 ? 'complete' : 'next';
    const problems = fields.flatMap(({ problem }) => problem ?? []);
    return answer(
      command,
      session,
      'executing',
      el('actions', { execute: forward }, back && el('prev'), el(forward)),
      problems.length > 0 && el('note', { type: 'error' }, problems.join('\n')),
      formOf(command.title, last.asks),
    );
  }
  if (!last?.choices || last.done)
    return answer(command, session, 'completed', el('note', { type: 'info' }, text));
  const actions = el('actions', { execute: 'complete' }, el('next'), el('complete'));
  const list = choicesForm(command.title, text, t('xmpp:next'), last.choices);
  return answer(command, session, 'executing', actions, list);
}

/** The items of a list are in its form, or of no use any more: nobody types their numbers here. */
const withoutNumbers = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\d+ - /.test(line))
    .join('\n');

const answer = ({ word }: Command, sessionid: string, status: string, ...more: (Stanza | false)[]) =>
  el('command', { xmlns: ns.commands, node: word, sessionid, status }, ...more);

const refuse = (type: string, condition: string, ...why: (string | Stanza | false)[]): Stanza =>
  el(
    'error',
    { type },
    el(condition, { xmlns: ns.stanzas }),
    ...why.map((one) => (typeof one === 'string' ? el(one, { xmlns: ns.commands }) : one)),
  );

/** With the reason in words where there is one (RFC 6120, 8.3.4): the same step may be sent again. */
function failed(error: unknown): Stanza {
  const { text, language } = error instanceof NotNow ? error.reply : {};
  return refuse(
    'wait',
    'internal-server-error',
    text !== undefined && el('text', { xmlns: ns.stanzas, 'xml:lang': language ?? 'en' }, text),
  );
}
