import type { Env, Given, Outcome } from '../dialogue.ts';
import { quote } from './line.ts';
import { after, reply, say } from './replies.ts';
import type { Flow, State, Task, Turn } from './state.ts';
import { ask, askAgain, asking, nested, show, slotsOf, walk } from './walk.ts';

/** Goes on after a check or an act, with what came of it. */
export function settle(env: Env, state: State, task: Task, outcome: Outcome): Turn {
  const flow = state.flow;
  if (outcome.kind === 'done') return done(env, state, task, outcome);
  // The rest is about a dialogue under way; a list of its own (`more` of an earlier answer) is none.
  if (!flow)
    return say(env, state, { text: 'text' in outcome && outcome.text ? outcome.text : env.t('bot:no_more') });
  switch (outcome.kind) {
    case 'given':
      return walk(env, { ...state, flow: filled(flow, task, outcome) });
    case 'choose':
      return choose(env, state, flow, task, outcome);
    case 'again':
      return again(env, state, { ...flow, given: patched(flow.given, outcome.given) }, outcome);
    case 'first':
      return walk(env, { ...state, flow: nested(outcome.dialogue, outcome.given, flow, outcome.text) });
    case 'return':
      return goBack(env, state, flow, outcome);
    default:
      return outcome satisfies never;
  }
}

function filled(flow: Flow, { typed }: Task, outcome: Extract<Outcome, { kind: 'given' }>): Flow {
  const words = typed === '' ? flow.rest : [typed, ...flow.rest];
  return {
    ...flow,
    given: patched(flow.given, outcome.given),
    rest: typed === '' ? words : words.slice(outcome.used ?? 1),
    note: outcome.note ?? flow.note,
    offer: undefined,
    changing: undefined,
  };
}

/** Undefined takes a slot's value away. */
const patched = (given: Given, patch: Given = {}): Given =>
  Object.fromEntries(Object.entries({ ...given, ...patch }).filter(([, value]) => value !== undefined));

function choose(
  env: Env,
  state: State,
  flow: Flow,
  task: Task,
  { slot, text, items, after: below, more, rest = flow.rest }: Extract<Outcome, { kind: 'choose' }>,
): Turn {
  const before = task.page ? (flow.offer?.items ?? []) : [];
  const offer = { text, items: [...before, ...items], after: below, more };
  const given = patched(flow.given, { [slot]: undefined });
  const next = asking({ ...state, flow: { ...flow, given, rest, confirmed: false } }, slot, offer);
  return show(env, next, offer, undefined, before.length);
}

function again(env: Env, state: State, flow: Flow, outcome: { slot: string; text: string }): Turn {
  const given = patched(flow.given, { [outcome.slot]: undefined });
  // What is left of the line went with the answer that was none.
  const next = { ...state, flow: { ...flow, given, rest: [], confirmed: false } };
  const slot = slotsOf(env, next.flow).find((one) => one.name === outcome.slot);
  if (!slot) return after(outcome.text ? [reply(env, outcome)] : [], walk(env, next));
  const offered = flow.offer && flow.asking === slot.name;
  return offered
    ? askAgain(env, next, outcome.text)
    : ask(env, { ...next, flow: { ...next.flow, offer: undefined } }, slot, outcome.text);
}

function goBack(env: Env, state: State, flow: Flow, outcome: { slot: string; text?: string }): Turn {
  if (!flow.then)
    return say(env, { ...state, flow: undefined }, { text: outcome.text ?? env.t('bot:cancelled') });
  return again(env, state, flow.then, { slot: outcome.slot, text: outcome.text ?? '' });
}

function done(env: Env, state: State, task: Task, outcome: Extract<Outcome, { kind: 'done' }>): Turn {
  const flow = task.page ? undefined : state.flow;
  if (flow?.then)
    return after([reply(env, { text: outcome.said.text })], walk(env, { ...state, flow: flow.then }));
  const turn = say(env, { ...state, flow: undefined }, outcome.said, task.dialogue, task.page);
  return outcome.teach && flow ? taught(env, turn, flow) : turn;
}

/** Three questions and more are a long walk: once, the line is shown that would have said it all. Who fills in forms types none. */
function taught(env: Env, turn: Turn, flow: Flow): Turn {
  if (flow.asked.length < 3 || flow.pages || turn.state.taught.includes(flow.dialogue)) return turn;
  const state = { ...turn.state, taught: [...turn.state.taught, flow.dialogue] };
  return {
    state,
    replies: [...turn.replies, reply(env, { text: env.t('bot:teach', { line: lineOf(env, flow) }) })],
  };
}

/** What was given, as the words of a line. */
function lineOf(env: Env, flow: Flow): string {
  const words = slotsOf(env, flow).map((slot) => {
    const value = flow.given[slot.name] ?? null;
    return value === null ? '-' : quote(slot.word?.(value) ?? String(value));
  });
  return [flow.dialogue, ...words, 'yes'].join(' ');
}
