import type { Filled } from '../src/shared/chat.ts';
import type { Env } from './dialogue.ts';
import { inFlow } from './engine/flow.ts';
import { fill } from './engine/form.ts';
import { after, reply } from './engine/replies.ts';
import type { State, Turn } from './engine/state.ts';
import { atTop } from './engine/top.ts';

export { asked } from './engine/form.ts';
export { settle } from './engine/settle.ts';

/** How long a dialogue waits for its next answer, in milliseconds. */
export const idle = 30 * 60_000;

/**
 * One message: the next state, what is said, and at most one task whose outcome `settle` is then given. Pure: it reads
 * no clock, no database and no catalogue but those it is handed. What is typed is clean (no control characters, trimmed).
 */
export function turn(env: Env, kept: State | undefined, said: string | Filled): Turn {
  const state = known(env, kept);
  const now = { ...state, at: env.now };
  const { flow } = state;
  if (typeof said !== 'string') return fill(env, now, said);
  if (!flow) return atTop(env, now, said);
  if (env.now - state.at <= idle) return inFlow(env, now, flow, said);
  const aside = { ...now, flow: undefined, aside: { ...flow, rest: [] } };
  return after([reply(env, { text: env.t('bot:idle') })], atTop(env, aside, said));
}

/** A state of this version whose dialogues there are; else it starts anew. */
function known(env: Env, kept: State | undefined): State {
  const empty: State = { v: 1, at: env.now, taught: [] };
  if (kept?.v !== 1) return empty;
  const exists = (flow: State['flow']): boolean =>
    !flow || (env.book.named(flow.dialogue) !== undefined && exists(flow.then));
  return {
    ...kept,
    flow: exists(kept.flow) ? kept.flow : undefined,
    aside: exists(kept.aside) ? kept.aside : undefined,
    more: kept.more && env.book.named(kept.more.dialogue) ? kept.more : undefined,
  };
}
