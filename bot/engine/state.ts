import type { Reply } from '../../src/shared/chat.ts';
import type { Given, Item } from '../dialogue.ts';

/** A dialogue under way. */
export type Flow = {
  dialogue: string;
  given: Given;
  /** Words of the line that have not been used. */
  rest: string[];
  /** The slot that is being asked; `?` for the confirmation. */
  asking?: string;
  /** The slots that were asked: for `back`, and to see a long walk. */
  asked: string[];
  /** What a line of the summary was before it was asked for again. */
  changing?: Given;
  /** The list that was shown for the slot. */
  offer?: { text: string; items: Item[]; after?: string; more?: unknown };
  note?: string;
  confirmed?: boolean;
  /** What stood above the question: for a form, whose fields have the question itself. */
  above?: string;
  /** The first slots of the forms that were filled in. */
  pages?: string[];
  /** What was given before one went back. */
  was?: Given;
  /** A form that was refused: what was typed, and what was wrong, by slot. */
  refused?: { values: Record<string, string>; problems: Record<string, string> };
  /** What goes on when this one is done. */
  then?: Flow;
};

/** Where an address is in its dialogue: all that is kept between two messages. */
export type State = {
  v: 1;
  /** When it last wrote, in milliseconds. */
  at: number;
  flow?: Flow;
  /** Messages since a dialogue began. */
  turns?: number;
  /** Put aside, for `resume`. */
  aside?: Flow;
  /** What the numbers of the last list stand for. */
  menu?: string[];
  more?: { dialogue: string; given: Given };
  /** Dialogues whose one-line form has been taught. */
  taught: string[];
};

/** Something that needs the database: the check of a slot, or the act of a dialogue. */
export type Task = {
  dialogue: string;
  slot?: string;
  typed: string;
  rest: string[];
  given: Given;
  after?: unknown;
  /** The next page of a list. */
  page?: boolean;
};

/** A step of the engine: where it is now, what it says, and at most one thing to do before it can go on. */
export type Turn = { state: State; replies: Reply[]; task?: Task };
