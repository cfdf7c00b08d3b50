import type { Env, Slot } from '../dialogue.ts';
import { isNo, isSkip, isYes, split, wordOf } from './line.ts';
import { after, reply, say } from './replies.ts';
import type { Flow, State, Turn } from './state.ts';
import { always, command, resume } from './top.ts';
import { answer, ask, askAgain, askConfirm, begin, confirming, dialogueOf, slotsOf, walk } from './walk.ts';

/**
 * Takes a message while a dialogue asks. The order matters: an option may have the name of a command; then come the
 * words that always work; a command that stands alone leaves the dialogue, which waits to be resumed; else it is an answer.
 */
export function inFlow(env: Env, state: State, flow: Flow, text: string): Turn {
  const slot = slotsOf(env, flow).find((one) => one.name === flow.asking);
  const option = slot && optionOf(flow, slot, text);
  if (slot && option) return answer(env, state, slot, option);
  const word = wordOf(text);
  switch (word) {
    case '':
      return askAgain(env, state, env.t('bot:nothing_typed'));
    case '?':
    case 'help':
      return after([reply(env, { text: env.t('bot:help_asking') })], askAgain(env, state));
    case 'back':
      return back(env, state, flow);
    case 'cancel':
      return say(env, { ...state, flow: undefined }, { text: env.t('bot:cancelled') });
    case 'more':
      return more(env, state, flow);
    case 'resume':
      return state.aside ? leave(env, state, flow, ['resume']) : askAgain(env, state);
  }
  // `skip` leaves a question empty where that can be; elsewhere it is an answer to an offer.
  const own = slot?.takes?.(text) === true || (slot?.optional === true && isSkip(text));
  if ((env.book.find(word) && !own) || always.includes(word)) return leave(env, state, flow, [word]);
  if (flow.asking === confirming) return confirm(env, state, flow, text);
  if (!slot) return walk(env, state);
  if (flow.offer && /^\d+$/.test(text))
    return askAgain(env, state, env.t('bot:no_number', { count: flow.offer.items.length }));
  const words = split(text);
  if (!own && isCommand(env, words) && refuses(slot, text)) return leave(env, state, flow, words);
  return answer(env, state, slot, text);
}

/** What a number or the very words of an option mean. */
function optionOf(flow: Flow, slot: Slot, text: string): string | undefined {
  const items = [...(slot.items ?? []), ...(flow.offer?.items ?? [])];
  const same = items.find(({ send, label }) => [send, label].some((one) => equal(one, text)));
  if (same) return same.send;
  return /^\d{1,4}$/.test(text) ? items[Number(text) - 1]?.send : undefined;
}

const equal = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const isCommand = (env: Env, words: string[]) => words.length > 1 && env.book.find(words[0]!.toLowerCase());

const refuses = (slot: Slot, text: string) => !slot.free && (!slot.read || 'error' in slot.read(text));

/** Puts the dialogue aside and does something else; what had only begun is not worth a word. */
function leave(env: Env, state: State, flow: Flow, words: string[]): Turn {
  // Coming back to one thing puts the other in its place.
  if (words[0] === 'resume')
    return resume(env, { ...state, flow: undefined }, begun(flow) ? flow : undefined);
  const kept = begun(flow);
  const aside = kept ? { ...flow, rest: [] } : state.aside;
  const turn = command(env, { ...state, flow: undefined, aside }, words);
  return kept ? after([reply(env, { text: env.t('bot:aside') })], turn) : turn;
}

const begun = (flow: Flow): boolean =>
  flow.asked.length > 1 || flow.asking === confirming || flow.then?.asking !== undefined;

/** Asks the question before this one again; before the first there is the dialogue that sent here, or the menu. */
function back(env: Env, state: State, flow: Flow): Turn {
  // Whoever only looked at a line of the summary gets it back as it was.
  if (flow.changing) {
    const given = { ...flow.given, ...flow.changing };
    return askConfirm(env, { ...state, flow: { ...flow, given, changing: undefined } });
  }
  const slot = before(slotsOf(env, flow), flow);
  if (slot) {
    const { [slot.name]: _, ...given } = flow.given;
    return ask(
      env,
      { ...state, flow: { ...flow, given, rest: [], confirmed: false, offer: undefined } },
      slot,
    );
  }
  if (flow.then?.asking) return askAgain(env, { ...state, flow: { ...flow.then, confirmed: false } });
  return begin(env, { ...state, flow: undefined }, env.book.menu, []);
}

/** The last slot before the current one that was asked; before the confirmation any will do. */
function before(slots: Slot[], flow: Flow): Slot | undefined {
  const confirms = flow.asking === confirming;
  const end = confirms ? slots.length : slots.findIndex((one) => one.name === flow.asking);
  const earlier = slots.slice(0, Math.max(0, end));
  return earlier.findLast((one) => flow.asked.includes(one.name)) ?? (confirms ? slots.at(-1) : undefined);
}

function more(env: Env, state: State, flow: Flow): Turn {
  if (flow.offer?.more === undefined) return askAgain(env, state, env.t('bot:no_more'));
  const { dialogue, given, asking: slot } = flow;
  return {
    state,
    replies: [],
    task: { dialogue, slot, typed: '', rest: [], given, after: flow.offer.more, page: true },
  };
}

/** `yes`, `no`, `change 3`, `change 3 ann@example.org`, or the bare number of a line. */
function confirm(env: Env, state: State, flow: Flow, text: string): Turn {
  const { head, what } = dialogueOf(env, flow).confirm!(flow.given);
  if (isYes(text) || (!head && text === '1'))
    return walk(env, { ...state, flow: { ...flow, confirmed: true } });
  if (isNo(text) || (!head && text === '2'))
    return say(env, { ...state, flow: undefined, aside: flow }, { text: env.t('bot:not_done', { what }) });
  const words = split(text);
  const [, line, value] = /^(?:change\s+)?(\S+)(?:\s+([\s\S]+))?$/i.exec(text) ?? [];
  const slot = head && line ? lineOf(slotsOf(env, flow), line) : undefined;
  if (slot && (/^change\b/i.test(text) || /^\d+$/.test(text))) return change(env, state, flow, slot, value);
  if (isCommand(env, words)) return leave(env, state, flow, words);
  return askConfirm(env, state, env.t(head ? 'bot:yes_no_change' : 'bot:yes_no'));
}

/** The line of the summary that a number or a part of its label names. */
function lineOf(slots: Slot[], typed: string): Slot | undefined {
  const holds = (slot: Slot) =>
    [slot.label, slot.name].some((one) => one.toLowerCase().includes(typed.toLowerCase()));
  return /^\d+$/.test(typed) ? slots[Number(typed) - 1] : slots.find(holds);
}

function change(env: Env, state: State, flow: Flow, slot: Slot, value: string | undefined): Turn {
  const { [slot.name]: old, ...given } = flow.given;
  const changed = { ...state, flow: { ...flow, given, offer: undefined, changing: { [slot.name]: old } } };
  return value === undefined ? ask(env, changed, slot) : answer(env, changed, slot, value);
}
