import { readCode } from '../../src/shared/ids.ts';
import { cut } from '../../src/shared/text.ts';
import type { Env, Item } from '../dialogue.ts';
import { isNo, isYes, quote, split, wordOf } from './line.ts';
import { nearest } from './near.ts';
import { after, reply, say } from './replies.ts';
import type { State, Turn } from './state.ts';
import { askAgain, begin } from './walk.ts';

/** The words that every place knows, beside the dialogues' own. */
export const always = ['more', 'back', 'cancel', 'resume'];

/** Takes a line while nothing is being asked: a number of the last list, a command, or something else. */
export function atTop(env: Env, state: State, text: string): Turn {
  const words = split(text);
  const [first = '', ...rest] = words;
  if (first === '') return begin(env, state, env.book.menu, []);
  if (isCode(first)) return code(env, state, first);
  if (/^\d{1,5}[.)]?$/.test(first)) return byNumber(env, state, Number.parseInt(first, 10), rest);
  // A number with its sign is that of a session, whatever list was shown last.
  if (/^#\d{1,6}$/.test(first)) return command(env, state, ['session', ...words]);
  if (isYes(text) && state.menu?.length === 1) return command(env, state, split(state.menu[0]!));
  if (isYes(text) || isNo(text)) return say(env, state, { text: env.t('bot:nothing_asked') });
  return command(env, state, words);
}

/** Runs a line that is a command, whatever is being asked. */
export function command(env: Env, state: State, words: string[]): Turn {
  const [first = '', ...rest] = words;
  const word = wordOf(first.replace(/[!?.,]$/, '')) || first;
  switch (word) {
    case 'more':
      return more(env, state);
    case 'back':
      return begin(env, state, env.book.menu, []);
    case 'cancel':
      return cancelled(env, state);
    case 'resume':
      return resume(env, state);
  }
  // `my data` is a word of its own, `my` with something after it another.
  const two = rest.length > 0 ? env.book.find(`${word} ${rest[0]!.toLowerCase()}`) : undefined;
  if (two) return begin(env, state, two, rest.slice(1));
  const dialogue = env.book.find(word);
  return dialogue ? begin(env, state, dialogue, rest) : unknown(env, state, first, rest);
}

/** Numbers stand for the last list that was shown, else for the main menu. */
function byNumber(env: Env, state: State, number: number, rest: string[]): Turn {
  const lines = state.menu ?? env.book.menu.say?.([], env.me).items?.map((item) => item.send) ?? [];
  const line = lines[number - 1];
  if (line === undefined) return say(env, state, { text: env.t('bot:no_number', { count: lines.length }) });
  return command(env, state, [...split(line), ...rest]);
}

/** Eight letters that no word of ours is, and no name of an event: in capitals or with a digit among them. */
const isCode = (word: string): boolean =>
  readCode(word) !== undefined && (/\d/.test(word) || /^[A-Z]{4}-[A-Z]{4}$/.test(word));

/** A code may be a mailed one: also for the dialogue that waits for it, if that was put aside meanwhile. */
function code(env: Env, state: State, typed: string): Turn {
  const flow = state.aside;
  if (flow?.dialogue !== 'link' || flow.asking !== 'code') return command(env, state, ['link', typed]);
  const task = { dialogue: 'link', slot: 'code', typed, rest: [], given: flow.given };
  return { state: { ...state, flow, aside: undefined }, replies: [], task };
}

function more(env: Env, state: State): Turn {
  if (!state.more) return say(env, state, { text: env.t('bot:no_more') });
  const { dialogue, given } = state.more;
  return { state, replies: [], task: { dialogue, typed: '', rest: [], given, page: true } };
}

function cancelled(env: Env, state: State): Turn {
  const text = env.t(state.aside ? 'bot:aside_dropped' : 'bot:nothing_to_cancel');
  return say(env, { ...state, aside: undefined }, { text });
}

/** Goes on with what was put aside, exactly where it was. `instead`: what is put aside for it. */
export function resume(env: Env, state: State, instead?: State['aside']): Turn {
  if (!state.aside) return say(env, state, { text: env.t('bot:nothing_to_resume') });
  const before = reply(env, { text: env.t('bot:resumed') });
  return after([before], askAgain(env, { ...state, flow: state.aside, aside: instead }));
}

function unknown(env: Env, state: State, first: string, rest: string[]): Turn {
  const near = nearest(first, [...env.book.words, ...always]);
  if (near.length === 0) {
    const text = cut([first, ...rest].join(' '), 80);
    return {
      state,
      replies: [],
      task: { dialogue: env.book.other.name, typed: '', rest: [], given: { text } },
    };
  }
  const items = near.map((word): Item => {
    const line = cut([word, ...rest.map(quote)].join(' '), 80);
    return { label: line, send: line };
  });
  return say(env, state, { text: env.t('bot:did_you_mean', { word: cut(first, 40, '…') }), items });
}
