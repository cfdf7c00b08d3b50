import type { Asked, AskedField, Choice, Filled } from '../../src/shared/chat.ts';
import type { Env, Read, Slot } from '../dialogue.ts';
import type { Flow, State, Turn } from './state.ts';
import { atTop } from './top.ts';
import { answer, ask, askAgain, askConfirm, confirming, slotsOf, walk } from './walk.ts';

/** What is being asked, as a form: all that can be asked at once. Undefined: nothing is. */
export function asked(env: Env, state: State): Asked | undefined {
  const flow = state.flow;
  if (!flow?.asking) return undefined;
  const about = {
    name: nameOf(flow),
    dialogue: flow.dialogue,
    note: flow.above ?? '',
    turn: state.turns ?? 1,
    back: pagesBefore(flow).length > 0,
  };
  if (flow.asking === confirming) return { ...about, fields: [] };
  return { ...about, fields: pageOf(env, flow).map((slot) => fieldOf(env, flow, slot)) };
}

/**
 * Takes a form. Each field is an answer, whatever it says; what is left empty is no answer, or an empty one where that is allowed.
 * All that is wrong with it is said at once, and nothing is taken then.
 */
export function fill(env: Env, state: State, filled: Filled): Turn {
  const { flow } = state;
  if (!flow?.asking) return atTop(env, state, '');
  if (filled.asked !== undefined && filled.asked !== nameOf(flow)) return askAgain(env, state);
  if (filled.back) return back(env, state, flow);
  if (flow.asking === confirming) return walk(env, { ...state, flow: { ...flow, confirmed: true } });
  const page = pageOf(env, flow);
  const [first] = page;
  const values = textsOf(page, filled.values ?? {});
  if (!first) return walk(env, state);
  const pages = [...pagesBefore(flow), first.name];
  const next = { ...state, flow: { ...flow, pages } };
  return byItself(flow, first)
    ? alone(env, next, first, values[first.name] ?? '')
    : together(env, next, page, values);
}

/** What was given for each slot as one text; what a form leaves out is what is assumed. Several choices have commas between them. */
const textsOf = (page: Slot[], values: NonNullable<Filled['values']>): Record<string, string> =>
  Object.fromEntries(
    page.map((slot) => {
      const value = values[slot.name] ?? wordOf(slot, slot.assumed) ?? '';
      return [slot.name, [value].flat().join(slot.kind === 'several' ? ', ' : '\n')];
    }),
  );

/** Two forms of one dialogue have different names, the same one asked again has the same. */
const nameOf = (flow: Flow): string => `${flow.dialogue}.${flow.asking}`;

/** The first slots of the forms before the one that is asked. */
const pagesBefore = ({ pages = [], asking }: Flow): string[] => pages.filter((name) => name !== asking);

/** What needs the database to be read, or was offered as a list, is asked for by itself. */
const byItself = (flow: Flow, slot: Slot): boolean => !slot.read || flow.offer !== undefined;

/** The slots from the one that is asked, as far as they can be read without knowing what comes of them. */
function pageOf(env: Env, flow: Flow): Slot[] {
  const all = slotsOf(env, flow);
  const from = all.slice(all.findIndex((slot) => slot.name === flow.asking));
  const open = from.filter(({ name }) => name === flow.asking || !Object.hasOwn(flow.given, name));
  const [first] = open;
  if (!first || byItself(flow, first)) return open.slice(0, 1);
  const end = open.findIndex((slot) => !slot.read || slot.listed);
  return end < 0 ? open : open.slice(0, end);
}

function fieldOf(env: Env, flow: Flow, slot: Slot): AskedField {
  const options = optionsOf(env, flow, slot);
  return {
    name: slot.name,
    kind: slot.kind ?? (options ? 'choice' : 'text'),
    label: slot.label,
    prompt: slot.prompt,
    required: !slot.optional,
    options,
    value:
      flow.refused?.values[slot.name] ?? wordOf(slot, flow.was?.[slot.name] ?? slot.assumed ?? undefined),
    problem: flow.refused?.problems[slot.name],
  };
}

/** One of these; several of them go by their numbers, as an option may hold a comma. */
function optionsOf(env: Env, flow: Flow, slot: Slot): Choice[] | undefined {
  if (slot.options) return slot.options.map((label, index) => ({ value: String(index + 1), label }));
  const items = flow.offer?.items ?? slot.items;
  const more = flow.offer?.more === undefined ? [] : [{ value: 'more', label: env.t('bot:buttons.more') }];
  return items && [...items.map(({ send, label }) => ({ value: send, label })), ...more];
}

function wordOf(slot: Slot, value: unknown): string | undefined {
  if (value === undefined || value === null) return slot.kind === 'email' ? slot.items?.[0]?.send : undefined;
  return slot.word?.(value) ?? String(value);
}

function alone(env: Env, state: State, slot: Slot, value: string): Turn {
  const flow = state.flow!;
  const listed = flow.offer?.items.some(({ send }) => send === value);
  if (value === 'more' && !listed && flow.offer?.more !== undefined) {
    const { dialogue, given, offer } = flow;
    const task = { dialogue, slot: slot.name, typed: '', rest: [], given, after: offer!.more, page: true };
    return { state, replies: [], task };
  }
  if (value.trim() !== '') return answer(env, state, slot, value);
  return slot.optional
    ? answer(env, state, slot, '-')
    : askAgain(env, state, env.t('fields:required', { label: slot.label }));
}

function together(env: Env, state: State, page: Slot[], values: Record<string, string>): Turn {
  const flow = state.flow!;
  const reads = page.map((slot) => [slot.name, readField(env, slot, values[slot.name] ?? '')] as const);
  const problems = Object.fromEntries(
    reads.flatMap(([name, read]) => ('error' in read ? [[name, read.error]] : [])),
  );
  const [problem] = Object.values(problems);
  if (problem !== undefined) {
    const turn = ask(env, state, page[0]!, Object.values(problems).join('\n'));
    const refused = { values, problems };
    return { ...turn, state: { ...turn.state, flow: { ...turn.state.flow!, refused } } };
  }
  const given = Object.fromEntries(
    reads.flatMap(([name, read]) => ('value' in read ? [[name, read.value]] : [])),
  );
  const names = page.map(({ name }) => name);
  const asked = [...flow.asked, ...names.filter((name) => !flow.asked.includes(name))];
  return walk(env, {
    ...state,
    flow: {
      ...flow,
      given: { ...flow.given, ...given },
      asked,
      rest: [],
      refused: undefined,
      changing: undefined,
    },
  });
}

function readField(env: Env, slot: Slot, value: string): Read {
  if (value.trim() === '')
    return slot.optional ? { value: null } : { error: env.t('fields:required', { label: slot.label }) };
  return slot.read!(value);
}

/** The form before this one again, with what was given. */
function back(env: Env, state: State, flow: Flow): Turn {
  const pages = pagesBefore(flow);
  const all = slotsOf(env, flow);
  const at = all.findIndex((slot) => slot.name === pages.at(-1));
  if (at < 0) return flow.asking === confirming ? askConfirm(env, state) : askAgain(env, state);
  const later = new Set(all.slice(at).map(({ name }) => name));
  const given = Object.fromEntries(Object.entries(flow.given).filter(([name]) => !later.has(name)));
  const was = { ...flow.was, ...flow.given };
  const before = { ...flow, given, was, pages: pages.slice(0, -1), confirmed: false, offer: undefined };
  return ask(env, { ...state, flow: { ...before, rest: [], changing: undefined } }, all[at]!);
}
