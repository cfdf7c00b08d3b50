import type { FieldKind } from './form.ts';

/** What is longer is not read, whatever network it came over: UTF-16 units of a message. */
export const longestMessage = 4000;

/** All the answers of a form together. */
export const longestForm = 40_000;

/**
 * What a person wrote. `address` is `xmpp:ann@example.org` or `web:…`; `key` names the message: the same one twice is applied once.
 * `network`: where it came from, of the web chat alone; null where that is not known. `apart`: in a conversation of its own beside the one of the address, such as a form that is being filled in.
 * `language`: of their client (BCP 47), for what is said while nothing is known of them.
 */
export type ChatMessage = {
  address: string;
  key: string;
  text: string;
  form?: Filled;
  apart?: string;
  network?: string | null;
  language?: string;
};

/**
 * Instead of a text: the fields of what was asked, by name, none of which is ever a command; or the way back to the form before.
 * `asked` names what they answer: where that is not what is being asked any more, it is asked again and nothing is taken.
 */
export type Filled = { asked?: string; values?: Record<string, string | string[]>; back?: boolean };

/** A word of the bot's with what it is for, for those who show a list of them. */
export type Command = { word: string; title: string };

/** What can be pressed instead of typed; `value` is what is then sent. */
export type Choice = { value: string; label: string };

/** A field that is asked for. `value`: what is meant so far; `problem`: what was wrong with what was given. */
export type AskedField = {
  name: string;
  kind: FieldKind;
  label: string;
  prompt: string;
  required: boolean;
  options?: Choice[];
  value?: string;
  problem?: string;
};

/** What the bot waits to be told, for faces that have more than text. No field at all: a yes. */
export type Asked = {
  /** Names it. */
  name: string;
  dialogue: string;
  /** What is said above the fields. */
  note: string;
  fields: AskedField[];
  /** There is a form before this one. */
  back: boolean;
  /** How many messages the dialogue has taken, from 1. */
  turn: number;
};

/** What the bot says. The text lists the choices too, for those whose client has no buttons. `asks`: it waits for an answer. `done`: something was changed. */
export type Reply = {
  text: string;
  choices?: Choice[];
  asks?: Asked;
  done?: true;
  /** BCP 47; absent: English. */
  language?: string;
};

/** Answers a message, whatever network it came over. Throws `NotNow` when the database is away, busy or full. */
export type Converse = (message: ChatMessage) => Promise<Reply[]>;

/** Nothing is wrong with the message, and nothing came of it: `reply` says why not. It may be given again with the same key. */
export class NotNow extends Error {
  readonly reply: Reply;
  constructor(reply: Reply, cause: unknown) {
    super('a message could not be answered just now', { cause });
    this.reply = reply;
  }
}

/**
 * Writes to an address first. Resolves when the network has it; the same `key` twice is shown once where the network can tell.
 * Throws when it has to be tried again.
 */
export type Deliver = (address: string, key: string, reply: Reply) => Promise<void>;
