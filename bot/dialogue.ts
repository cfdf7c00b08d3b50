import type { Ctx } from '../src/context.ts';
import type { FieldKind } from '../src/shared/form.ts';
import type { T } from '../src/words/words.ts';

/** Who writes, as far as the dialogues care. `email` absent: nobody that we know. `linked`: proved, not only said. */
export type Me = {
  name?: string;
  email?: string;
  personId?: number;
  /** IANA, when they told it. */
  zone?: string;
  linked: boolean;
  stopped: boolean;
};

/** What a dialogue has been told, by slot; null is an answer left empty. JSON: it is kept between messages. */
export type Given = Record<string, unknown>;

/** A thing to choose by number or button: `send` is what is then said, as if it had been typed. */
export type Item = {
  label: string;
  send: string;
  /** A shorter label for a button. */
  button?: string;
  /** A line above it, where a list has parts. */
  heading?: string;
};

/** What the bot says: a text, numbered items below it, a line below those. */
export type Said = {
  text: string;
  items?: Item[];
  after?: string;
  /** Buttons that are no numbered items, such as yes and no. */
  buttons?: Item[];
  /** What the same dialogue needs to go on with the list, for `more`. */
  more?: Given;
};

/** What a typed text means for a slot. */
export type Read = { value: unknown } | { error: string };

/** One thing that a dialogue asks for. */
export type Slot = {
  name: string;
  /** How a summary names it. */
  label: string;
  /** What sort of field it is in a form; absent: one of `items`, else a line of text. */
  kind?: FieldKind;
  /** Of a form's field where they are no `items`: several of these. */
  options?: string[];
  prompt: string;
  /** Said below the prompt where there is only text. */
  below?: string;
  /** Instead of the prompt, after a wrong answer. */
  again?: string;
  /** Reads an answer by itself. Absent: the dialogue's check of the same name does, with the database. */
  read?: (text: string) => Read;
  items?: Item[];
  /** `-` and `skip` leave it empty. */
  optional?: boolean;
  /** Any text is an answer: what looks like a command with words after it is none here. */
  free?: boolean;
  /** Says of what looks like a command whether it is an answer all the same. */
  takes?: (text: string) => boolean;
  /** There is a list to choose from: it is looked up before one is asked. */
  listed?: boolean;
  /** What it is when a line ends in `yes` just before it. */
  assumed?: unknown;
  /** The answer as one line of a summary. */
  shown?: (value: unknown) => string;
  /** The answer as a word of a line. */
  word?: (value: unknown) => string;
};

/** What a check or an act is handed. `key` names the message: a command that is given it is applied once. */
export type Doing = { ctx: Ctx; me: Me; given: Given; key: string };
export type Checking = Doing & {
  typed: string;
  /** The words of the line that come after. */
  rest: string[];
  /** Where the list that is asked for goes on. */
  after?: unknown;
};

/**
 * What came of a check or an act. `wrote`: something was changed, so the message must not be taken again. `gone`: whoever writes is nobody
 * any more, and nothing of what was said is kept, not even this.
 */
export type Outcome = { wrote?: boolean; gone?: boolean } & (
  | {
      /** Slots are filled (undefined: emptied). `used`: words of the line that were needed (0: not even the one that was typed); `note`: said with the next prompt. */
      kind: 'given';
      given: Given;
      used?: number;
      note?: string;
    }
  /** Which of these? */
  | {
      kind: 'choose';
      slot: string;
      text: string;
      items: Item[];
      after?: string;
      more?: unknown;
      /** The words of the line that still hold, when not all of them do. */
      rest?: string[];
    }
  /** That slot once more, and why. */
  | { kind: 'again'; slot: string; text: string; given?: Given }
  /** Another dialogue must come first; this one then goes on where it was. */
  | { kind: 'first'; dialogue: string; given: Given; text: string }
  /** Gives up, for the dialogue that sent here to ask one of its slots again. */
  | { kind: 'return'; slot: string; text?: string }
  /** `teach`: after a long walk the line is shown that would have said it all at once. */
  | { kind: 'done'; said: Said; teach?: boolean }
);

/** A dialogue as data: what it asks, in which order, and what is then done. */
export type Dialogue = {
  /** The word that starts it. */
  name: string;
  /** Other words that do; two words with a space between them are one. */
  also?: string[];
  /** Who is unknown proves an e-mail address first. */
  needsPerson?: boolean;
  /** Others see what it does: who has not proved to be the person that the chat speaks for does so first. */
  needsProof?: boolean;
  /** What is known before anything is asked, from the words of the line and from who asks. */
  begin?: (words: string[], me: Me) => Given;
  slots?: (given: Given, me: Me) => Slot[];
  /** By slot: reads an answer with the database. */
  checks?: Record<string, (checking: Checking) => Promise<Outcome>>;
  /** Asks for a yes before it acts. `head`: above a numbered list of all that was given. */
  confirm?: (given: Given) => { head?: string; question: string; what: string };
  /** Does it. */
  act?: (doing: Doing) => Promise<Outcome>;
  /** Instead of slots and an act, where no database is needed. */
  say?: (words: string[], me: Me) => Said;
};

/** All dialogues by their words. */
export type Book = {
  find: (word: string) => Dialogue | undefined;
  /** By its own name: that of a flow or of a task. */
  named: (name: string) => Dialogue | undefined;
  /** For "did you mean". */
  words: string[];
  /** What the numbers stand for when no list has been shown. */
  menu: Dialogue;
  /** What a text that is no command is given to, in `given.text`. */
  other: Dialogue;
};

/** What the engine is handed besides the state and the text. */
export type Env = { book: Book; t: T; me: Me; now: number };
