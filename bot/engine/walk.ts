import type { Dialogue, Env, Slot } from '../dialogue.ts';
import { isSkip, isYes, unquote } from './line.ts';
import { reply, say } from './replies.ts';
import type { Flow, State, Turn } from './state.ts';

/** What `flow.asking` is while a yes is asked for: no slot has this name. */
export const confirming = '?';

/** Starts a dialogue with the words that came after its own. */
export function begin(env: Env, state: State, dialogue: Dialogue, words: string[]): Turn {
  if (dialogue.say) return say(env, state, dialogue.say(words, env.me), dialogue.name);
  const given = dialogue.begin?.(words, env.me) ?? {};
  const flow: Flow = { dialogue: dialogue.name, given, rest: words, asked: [] };
  const isKnown = env.me.email !== undefined;
  if (isKnown ? env.me.linked || !dialogue.needsProof : !dialogue.needsPerson)
    return walk(env, { ...state, flow });
  return walk(env, { ...state, flow: nested('link', { why: isKnown ? 'proof' : true }, flow) });
}

/** A dialogue that comes first; `then` goes on where it was. */
export const nested = (dialogue: string, given: Flow['given'], then: Flow, note?: string): Flow => ({
  dialogue,
  given,
  rest: [],
  asked: [],
  note,
  then,
});

/** Goes on with the dialogue: takes what the line still holds, asks for what is missing, confirms, acts. */
export function walk(env: Env, state: State): Turn {
  const flow = state.flow!;
  const open = slotsOf(env, flow).find((slot) => !Object.hasOwn(flow.given, slot.name));
  if (open) return take(env, state, flow, open);
  const confirmed = flow.confirmed || (flow.rest[0] !== undefined && isYes(flow.rest[0]));
  if (dialogueOf(env, flow).confirm && !confirmed) return askConfirm(env, state);
  const acting = { ...flow, confirmed, rest: [], note: undefined };
  return {
    state: { ...state, flow: acting },
    replies: [],
    task: { dialogue: flow.dialogue, typed: '', rest: [], given: flow.given },
  };
}

function take(env: Env, state: State, flow: Flow, slot: Slot): Turn {
  const [word, ...rest] = flow.rest;
  if (word === undefined) return ask(env, state, slot);
  // `… yes` at the end of a line means: do it. It does not answer a question that need not be answered.
  if (slot.assumed !== undefined && rest.length === 0 && isYes(word))
    return fill(env, state, slot, slot.assumed);
  return answer(env, { ...state, flow: { ...flow, rest } }, slot, word);
}

/** Asks for a slot, after a line that says what was wrong with the last answer. */
export function ask(env: Env, state: State, slot: Slot, problem?: string): Turn {
  const flow = state.flow!;
  if (slot.listed && problem === undefined) return check(state, slot, '');
  const said = {
    text: [problem ?? flow.note, (problem && slot.again) || slot.prompt, slot.below]
      .filter(Boolean)
      .join('\n'),
    items: slot.items,
    after: slot.optional ? env.t('bot:skip_hint') : undefined,
    buttons: slot.optional ? [{ label: env.t('bot:buttons.skip'), send: '-' }] : [],
  };
  const above = problem ?? flow.note;
  return { state: asking(state, slot.name, undefined, above), replies: [reply(env, said)] };
}

/** The state in which a slot is being asked, with the list that was shown for it. */
export function asking(state: State, name: string, offer?: Flow['offer'], above?: string): State {
  const flow = state.flow!;
  const asked = flow.asked.includes(name) ? flow.asked : [...flow.asked, name];
  const next = { ...flow, asking: name, asked, offer, above, note: undefined, refused: undefined };
  return { ...state, flow: next };
}

/** Shows the list to choose from. */
export function show(env: Env, state: State, offer: NonNullable<Flow['offer']>, problem?: string, from = 0) {
  const said = {
    text: problem ?? offer.text,
    items: offer.items.slice(from),
    after: offer.after,
    more: offer.more === undefined ? undefined : {},
  };
  const flow = { ...state.flow!, above: said.text };
  return { state: { ...state, flow }, replies: [reply(env, said, from + 1)] };
}

/** Reads what was typed for a slot, and goes on. */
export function answer(env: Env, state: State, slot: Slot, text: string): Turn {
  if (isSkip(text) && !slot.items?.some((item) => item.send === text))
    return slot.optional
      ? fill(env, state, slot, null)
      : askAgain(env, state, env.t('fields:required', { label: slot.label }), slot);
  if (!slot.read) return check(state, slot, unquote(text));
  const read = slot.read(unquote(text));
  return 'error' in read ? ask(env, state, slot, read.error) : fill(env, state, slot, read.value);
}

function check(state: State, slot: Slot, typed: string): Turn {
  const { dialogue, rest, given } = state.flow!;
  return { state, replies: [], task: { dialogue, slot: slot.name, typed, rest, given } };
}

const fill = (env: Env, state: State, slot: Slot, value: unknown): Turn =>
  walk(env, {
    ...state,
    flow: {
      ...state.flow!,
      given: { ...state.flow!.given, [slot.name]: value },
      offer: undefined,
      changing: undefined,
    },
  });

/** Asks for a yes: with a numbered list of all that was given, so that one can change a line of it. */
export function askConfirm(env: Env, state: State, problem?: string): Turn {
  const flow = state.flow!;
  const { head, question } = dialogueOf(env, flow).confirm!(flow.given);
  const lines = summary(env, flow).map((line, index) => `${index + 1}. ${line}`);
  const answers = [
    { label: env.t('bot:buttons.yes'), send: 'yes' },
    { label: env.t('bot:buttons.no'), send: 'no' },
  ];
  // Whoever mistypes has the list before their eyes: it need not be sent again.
  const text = problem ?? (head ? [head, ...lines, question].join('\n') : question);
  const above = head ? [head, ...lines].join('\n') : question;
  return {
    state: {
      ...state,
      flow: { ...flow, asking: confirming, offer: undefined, rest: [], note: undefined, above },
    },
    replies: [reply(env, head ? { text, buttons: answers } : { text, items: answers })],
  };
}

function summary(env: Env, flow: Flow): string[] {
  return slotsOf(env, flow).map((slot) => {
    const value = flow.given[slot.name] ?? null;
    const shown = value === null ? env.t('bot:nothing_given') : (slot.shown?.(value) ?? String(value));
    return `${slot.label}: ${shown}`;
  });
}

/** Asks once more for what is being asked, after a line that says why. */
export function askAgain(env: Env, state: State, problem?: string, given?: Slot): Turn {
  const flow = state.flow!;
  if (flow.asking === confirming) return askConfirm(env, state, problem);
  if (flow.offer) return show(env, state, flow.offer, problem);
  const slot = given ?? slotsOf(env, flow).find((one) => one.name === flow.asking);
  return slot ? ask(env, state, slot, problem) : walk(env, state);
}

export const slotsOf = (env: Env, flow: Flow): Slot[] =>
  dialogueOf(env, flow).slots?.(flow.given, env.me) ?? [];

/** A dialogue under way is one that there is: `turn` has dropped any other. */
export const dialogueOf = (env: Env, flow: Flow): Dialogue => env.book.named(flow.dialogue)!;
