import type { Message } from '../../services/chats/queries.ts';
import type { Asked, Choice, Reply } from '../../shared/chat.ts';
import { clock, shortDay } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { linkify, type Piece } from './linkify.ts';

/** A row of a list that the bot showed; `value` is what pressing it says. */
export type Row = { number: string; text: string; pieces: Piece[]; value?: string };
export type Block =
  | { kind: 'title'; text: string }
  | { kind: 'text'; pieces: Piece[] }
  | { kind: 'list'; rows: Row[] }
  /** Several of these can be chosen. */
  | { kind: 'boxes'; rows: Row[] };

/** One message. `time`: above it, after a pause. Only the last has choices that can be pressed. */
export type Line = {
  id: number;
  author: 'person' | 'bot';
  /** Of what the bot said, where it is not the page's. */
  language?: string;
  by: string;
  time?: { iso: string; text: string };
  blocks: Block[];
  buttons: Choice[];
  /** Of the last one: how the answer is typed. */
  field: FieldView;
};

/** `inputmode` and `autocomplete` of HTML for the field that an answer is typed into. */
export type FieldView = { mode: string; fill: string };

export type ChatPage = {
  lines: Line[];
  /** Of the last message there is. */
  last: number;
  earlier?: string;
  /** The page shows an older part of the conversation: the way back to its end. */
  latest?: string;
  nonce: string;
  typed: string;
  field: FieldView;
  problem?: string;
  who: string;
  /** Words to know, beside the conversation. */
  words: { say: string; does: string }[];
};

const words = ['events', 'register', 'my', 'unregister', 'schedule', 'sessions', 'link', 'help'];

type Given = {
  rows: Message[];
  /** The message before these, if there is one. */
  before?: Message;
  /** These are not the last ones. */
  older: boolean;
  greeting: Reply;
  baseUrl: string;
  nonce: string;
  person?: { name: string };
  typed?: string;
  problem?: string;
};

export function chatPage(given: Given): ChatPage {
  const { rows, before, older, baseUrl } = given;
  const lines = chatLines(rows, baseUrl, { live: !older, before: before?.createdAt });
  const start = before ? [] : [greetingLine(given.greeting, baseUrl, rows.length === 0)];
  const all = [...start, ...lines];
  return {
    lines: all,
    field: all.at(-1)?.field ?? anyText,
    last: rows.at(-1)?.id ?? 0,
    earlier: before && `/chat?before=${before.id + 1}`,
    latest: older ? '/chat' : undefined,
    nonce: given.nonce,
    typed: given.typed ?? '',
    problem: given.problem,
    who: given.person ? t('bot:web.signed_in', { name: given.person.name }) : t('bot:web.visitor'),
    words: words.map((word) => ({ say: t(`bot:web.say.${word}`), does: t(`bot:web.does.${word}`) })),
  };
}

const pause = 30 * 60_000;

/** Messages as the page shows them. `before`: when the one before the first of them was said. */
export function chatLines(
  rows: Message[],
  baseUrl: string,
  { live, before }: { live: boolean; before?: Date },
): Line[] {
  return rows.map((row, index) => {
    const last = live && index === rows.length - 1;
    const earlier = rows[index - 1]?.createdAt ?? before;
    const paused = !earlier || row.createdAt.getTime() - earlier.getTime() > pause;
    return {
      id: row.id,
      author: row.author,
      language: row.language ?? undefined,
      by: t(`bot:web.by_${row.author}`),
      time: paused ? timeOf(row.createdAt) : undefined,
      ...contentOf(row, baseUrl, last),
    };
  });
}

const greetingLine = (reply: Reply, baseUrl: string, live: boolean): Line => ({
  id: 0,
  author: 'bot',
  by: t('bot:web.by_bot'),
  ...contentOf({ ...reply, author: 'bot', choices: reply.choices ?? null, asks: null }, baseUrl, live),
});

/** The server does not know the zone of whoever reads; the page's script puts theirs instead. */
const timeOf = (at: Date) => ({
  iso: at.toISOString(),
  text: `${shortDay(at, 'UTC')}, ${clock(at, 'UTC')} (UTC)`,
});

type Said = Pick<Message, 'author' | 'text' | 'choices' | 'asks'>;

function contentOf({ author, text, choices, asks }: Said, baseUrl: string, live: boolean) {
  const field = live ? fieldFor(asks) : anyText;
  if (author === 'person') return { blocks: [textBlock([text], baseUrl)], buttons: [], field };
  const several = live && asks?.fields[0]?.kind === 'several';
  const blocks = blocksOf(text, baseUrl, several);
  const rows = blocks.flatMap((block) => (block.kind === 'list' ? block.rows : []));
  const usable = live ? (choices ?? []) : [];
  // The bot gives the numbered items first, in their order; what it gives beyond them are buttons.
  const numbered = usable.length >= rows.length ? rows.length : 0;
  rows.slice(0, numbered).forEach((row, index) => {
    row.value = usable[index]!.value;
  });
  return { blocks, buttons: usable.slice(numbered), field };
}

const anyText: FieldView = { mode: 'text', fill: 'off' };

/** The keyboard that a phone shows, and what the browser knows to fill in. */
function fieldFor(asks: Asked | null): FieldView {
  const asked = asks?.fields[0];
  if (asked?.kind === 'email') return { mode: 'email', fill: 'email' };
  if (asked?.kind === 'number') return { mode: 'decimal', fill: 'off' };
  return asked?.name === 'name' ? { mode: 'text', fill: 'name' } : anyText;
}

const numbered = /^(\d+) - (.*)$/;
const box = /^(\d+)\. (.*)$/;

/** A reply in blocks: titles (`*** … ***`), numbered lists, text between them; `several`: what is numbered with a dot is to be ticked. */
function blocksOf(text: string, baseUrl: string, several: boolean): Block[] {
  const blocks: Block[] = [];
  let plain: string[] = [];
  const flush = () => {
    if (plain.length > 0) blocks.push(textBlock(plain, baseUrl));
    plain = [];
  };
  for (const line of text.split('\n')) {
    const title = /^\*\*\* (.+) \*\*\*$/.exec(line)?.[1];
    const tick = several ? box.exec(line) : null;
    const row = numbered.exec(line) ?? tick;
    if (!title && !row) {
      plain.push(line);
      continue;
    }
    flush();
    if (title) blocks.push({ kind: 'title', text: title });
    else addRow(blocks, tick ? 'boxes' : 'list', rowOf(row![1]!, row![2]!, baseUrl));
  }
  flush();
  return blocks;
}

const rowOf = (number: string, text: string, baseUrl: string): Row => ({
  number,
  text,
  pieces: linkify(text, baseUrl),
});

function addRow(blocks: Block[], kind: 'list' | 'boxes', row: Row) {
  const last = blocks.at(-1);
  if (last?.kind === kind) last.rows.push(row);
  else blocks.push({ kind, rows: [row] });
}

const textBlock = (lines: string[], baseUrl: string): Block => ({
  kind: 'text',
  pieces: linkify(lines.join('\n'), baseUrl),
});
