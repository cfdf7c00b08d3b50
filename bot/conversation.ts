import { createHash } from 'node:crypto';
import type { Actor, Base, Ctx } from '../src/context.ts';
import { actorOfAddress, type ChatActor } from '../src/services/people/speakers.ts';
import {
  type ChatMessage,
  type Command,
  type Converse,
  type Filled,
  longestForm,
  longestMessage,
  type Reply,
} from '../src/shared/chat.ts';
import { clean } from '../src/shared/form.ts';
import { speaking, withLanguage } from '../src/shared/spoken.ts';
import { t } from '../src/words/words.ts';
import type { Env, Me, Outcome } from './dialogue.ts';
import { book } from './dialogues/book.ts';
import { reply } from './engine/replies.ts';
import type { State, Task, Turn } from './engine/state.ts';
import { asked, settle, turn } from './engine.ts';
import { sayingOutages } from './outage.ts';
import { conversationOf, load, save } from './store.ts';

/** What the bot says before anybody has said anything. */
export const greeting: Reply = reply({ t }, book.menu.say!([], { linked: false, stopped: false }));

/** All that it can be asked to do. */
export const commands: Command[] = book.words.map((word) => ({ word, title: t(`bot:titles.${word}`) }));

/**
 * The bot, for any transport. The messages of one conversation are taken one after another, those of different ones in
 * parallel. A message with the key of an earlier one gets the same answer and does nothing. All that matters is in the
 * database: another process can take over between any two messages. Throws `NotNow` when that cannot be reached: nothing
 * has been lost then, and the same message may be given again.
 */
export function makeConverse(base: Base): Converse {
  const last = new Map<string, Promise<unknown>>();
  return sayingOutages(base.db, (message) => {
    const name = conversationOf(message);
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(() => take(base, message));
    const over = mine.then(forget, forget);
    last.set(name, over);
    return mine;

    function forget() {
      if (last.get(name) === over) last.delete(name);
    }
  });
}

const mostTries = 20;

/** Each door has its own words for that; none of them has to think of it. */
function isTooLong({ text, form }: ChatMessage): boolean {
  const lengths = Object.values(form?.values ?? {}).flatMap((one) =>
    [one].flat().map(({ length }) => length + 1),
  );
  return text.length > longestMessage || lengths.reduce((sum, one) => sum + one, 0) > longestForm;
}

async function take(base: Base, message: ChatMessage): Promise<Reply[]> {
  if (isTooLong(message)) return [{ text: t('xmpp:too_long', { max: longestMessage }) }];
  for (let tries = 0; tries < mostTries; tries++) {
    const replies = await once(base, message);
    if (replies) return replies;
  }
  throw new Error('the conversation moved on each time a message was taken');
}

/** Takes the message on top of what is there now. Undefined when another process was faster: it is then to be taken again. */
async function once(base: Base, message: ChatMessage): Promise<Reply[] | undefined> {
  const kept = await load<State, Reply>(base.db, message);
  if (kept.replies) return kept.replies;
  const { state, replies, wrote, gone } = await run(base, message, kept.state, kept.who);
  if (gone) return replies;
  const saved = await save(base.db, message, state, replies, kept.seen, base.now());
  if (saved) return replies;
  return wrote ? keepOnTop(base, message, state, replies) : undefined;
}

/** What was done is done, whatever was said meanwhile: its answer is kept on top of that. */
async function keepOnTop(base: Base, message: ChatMessage, state: State, replies: Reply[]): Promise<Reply[]> {
  for (let tries = 0; tries < mostTries; tries++) {
    const kept = await load<State, Reply>(base.db, message);
    if (kept.replies) return kept.replies;
    if (await save(base.db, message, state, replies, kept.seen, base.now())) return replies;
  }
  throw new Error('the conversation moved on each time an answer was kept');
}

/** Answers one line for whoever may act, with no conversation before or after it, and nothing kept. */
export async function runAlone(base: Base, actor: Actor, text: string): Promise<Reply[]> {
  const speaker = { actor, linked: false, stopped: false };
  const { replies } = await run(base, { address: '', key: '', text }, undefined, speaker);
  return replies;
}

type Ran = { state: State; replies: Reply[]; wrote: boolean; gone: boolean };

/** A task leads to at most one more: this many are a circle. */
const mostTasks = 12;

async function run(
  base: Base,
  message: ChatMessage,
  state: State | undefined,
  speaker: ChatActor,
): Promise<Ran> {
  let who = speaker;
  const acting = (): Ctx => ({ ...base, actor: { ...who.actor, network: message.network } });
  let ctx = acting();
  const typed = message.form ? cleaned(message.form) : clean(message.text);
  // Whoever chooses another language, or tells their zone, hears it from the next sentence on.
  const inTheirs = <R>(run: () => R): R => speaking({ language: who.language, zone: who.person?.zone }, run);
  let step: Turn = inTheirs(() => turn(env(base, who), state, typed));
  const replies = [...step.replies];
  let wrote = false;
  let gone = false;
  for (let tasks = 0; step.task; tasks++) {
    if (tasks === mostTasks) throw new Error(`the dialogue ${step.task.dialogue} goes in a circle`);
    const task = step.task;
    const outcome = await inTheirs(() => perform(ctx, who, task, requestKey(message)));
    // Whoever has just proved who they are is somebody else from here on.
    if (outcome.wrote && !outcome.gone) {
      who = await actorOfAddress(base.db, message.address);
      ctx = acting();
    }
    wrote ||= outcome.wrote === true;
    gone ||= outcome.gone === true;
    step = inTheirs(() => settle(env(base, who), step.state, task, outcome));
    replies.push(...step.replies);
  }
  const turns = step.state.flow && ((state?.flow && state.turns) || 0) + 1;
  const next = { ...step.state, turns };
  const said = inTheirs(() => marked(env(base, who), next, replies, wrote).map(withLanguage));
  return { state: next, replies: said, wrote, gone };
}

const cleaned = ({ values = {}, ...form }: Filled): Filled => ({
  ...form,
  values: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, [value].flat().map(clean)]),
  ),
});

/** The last reply says what is being asked, and above its fields what the others have said; or that it is done. */
function marked(env: Env, state: State, replies: Reply[], wrote: boolean): Reply[] {
  const asks = asked(env, state);
  const last = replies.at(-1);
  if (!last) return replies;
  const before = replies.slice(0, -1);
  if (!asks) return wrote ? [...before, { ...last, done: true }] : replies;
  const note = [...before.map(({ text }) => text), asks.note].filter(Boolean).join('\n');
  return [...before, { ...last, asks: { ...asks, note } }];
}

function perform(ctx: Ctx, who: ChatActor, task: Task, key: string): Promise<Outcome> {
  const dialogue = book.named(task.dialogue)!;
  const doing = { ctx, me: meOf(who), given: task.given, key };
  if (task.slot === undefined) return dialogue.act!(doing);
  return dialogue.checks![task.slot]!({ ...doing, typed: task.typed, rest: task.rest, after: task.after });
}

const env = (base: Base, who: ChatActor): Env => ({ book, t, me: meOf(who), now: base.now().getTime() });

const meOf = ({ person, linked, stopped }: ChatActor): Me => ({
  name: person?.name,
  email: person?.email,
  personId: person?.id,
  zone: person?.zone ?? undefined,
  linked,
  stopped,
});

/** The same for every delivery of a message; says nothing of who wrote it. */
const requestKey = ({ address, key }: ChatMessage): string =>
  `chat:${createHash('sha256').update(`${address}\n${key}`).digest('base64url')}`;
