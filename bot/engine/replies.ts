import type { Env, Item, Said } from '../dialogue.ts';
import type { State, Turn } from './state.ts';

type Reply = Turn['replies'][number];

/** What is said as a message: the items numbered from `from`, and again as choices for those who have buttons. */
export function reply(env: Pick<Env, 't'>, said: Said, from = 1): Reply {
  const items = said.items ?? [];
  const lines = items.flatMap((item, index) => [
    ...(item.heading ? [item.heading] : []),
    `${from + index} - ${item.label}`,
  ]);
  const buttons = [...items, ...(said.buttons ?? [])];
  if (said.more) buttons.push({ label: env.t('bot:buttons.more'), send: 'more' });
  const text = [said.text, ...lines, said.after].filter(Boolean).join('\n');
  return buttons.length > 0 ? { text, choices: buttons.map(choice) } : { text };
}

const choice = ({ label, button, send }: Item) => ({ value: send, label: button ?? label });

/** Says something at the end of a dialogue: its items are what the numbers stand for from now on. */
export function say(env: Env, state: State, said: Said, dialogue?: string, page = false): Turn {
  const before = page ? (state.menu ?? []) : [];
  const items = said.items ?? [];
  const menu = items.length > 0 ? [...before, ...items.map((item) => item.send)] : state.menu;
  const more = said.more && dialogue ? { dialogue, given: said.more } : undefined;
  const keepsMore = items.length === 0 && !page;
  return {
    state: { ...state, menu, more: more ?? (keepsMore ? state.more : undefined) },
    replies: [reply(env, said, before.length + 1)],
  };
}

/** The same step with something said before it. */
export const after = (replies: Reply[], turn: Turn): Turn => ({
  ...turn,
  replies: [...replies, ...turn.replies],
});
