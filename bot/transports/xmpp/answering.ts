import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../src/log.ts';
import { type Converse, longestMessage, NotNow, type Reply } from '../../../src/shared/chat.ts';
import type { T } from '../../../src/words/words.ts';
import type { Confirm } from './confirm.ts';
import type { Incoming } from './incoming.ts';
import type { Us } from './jid.ts';
import type { Link } from './link.ts';
import { answers, chatState, type Make, receipt } from './outgoing.ts';
import type { Pace } from './pace.ts';
import type { Entity } from './types.ts';

export type Desk = {
  entity: Entity;
  us: Us;
  link: Link;
  confirm: Confirm;
  converse: Converse;
  pace: Pace;
  log: Log;
  t: T;
};

/** A promise inside an object, so that it can be handed over without being waited for. */
export type Sent = { confirmed: Promise<unknown> };

/**
 * Takes a message: resolves when the answer is on its way, with a promise that it has reached the server. Whoever
 * keeps the order of a conversation waits for the first; the second says that the message needs not come again.
 */
export async function answer(desk: Desk, message: Incoming): Promise<Sent> {
  const { entity, us } = desk;
  const typing = showTyping(desk, message);
  const replies = await repliesTo(desk, message);
  const wasShown = typing.stop();
  if (message.wantsReceipt) entity.send(receipt(message, us)).catch(() => {});
  if (wasShown && replies.length === 0) entity.send(chatState(message, us, 'active')).catch(() => {});
  return sendAll(desk, answers(message, us, replies));
}

/** Says one line of ours, without a conversation. */
export const sayLine = (desk: Desk, message: Incoming, text: string): Sent =>
  sendAll(desk, answers(message, desk.us, [{ text }]));

async function repliesTo(desk: Desk, message: Incoming): Promise<Reply[]> {
  const { t, log, pace } = desk;
  if (message.encrypted) return [{ text: t('xmpp:encrypted') }];
  if (message.text.length > longestMessage) return [{ text: t('xmpp:too_long', { max: longestMessage }) }];
  const since = performance.now();
  let reply: Reply = { text: t('xmpp:failed') };
  for (const wait of [pace.backoff / 2, pace.backoff * 2, 0]) {
    try {
      return await conversed(desk, message);
    } catch (error) {
      log.error({ err: error }, 'xmpp: a message could not be answered');
      if (error instanceof NotNow) reply = error.reply;
      if (error instanceof TooSlow || performance.now() - since > pace.retryWithin) break;
      // The database may be on its way back; the same key does nothing twice.
      if (wait > 0) await sleep(wait);
    }
  }
  return [reply];
}

class TooSlow extends Error {}

/** What hangs for ever would hold its conversation for ever, and keep the server from forgetting what came after. */
async function conversed({ converse, pace }: Desk, message: Incoming): Promise<Reply[]> {
  const { person, key, text, language } = message;
  const done = new AbortController();
  const late = sleep(pace.workWithin, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new TooSlow('It took too long');
  });
  late.catch(() => {});
  const replies = converse({ address: `xmpp:${person}`, key, text, language });
  return Promise.race([replies, late]).finally(() => done.abort());
}

function showTyping({ entity, us, link, pace }: Desk, message: Incoming): { stop(): boolean } {
  let shown = false;
  const show = () => {
    if (!message.showsTyping || message.type !== 'chat' || !link.online()) return;
    shown = true;
    entity.send(chatState(message, us, 'composing')).catch(() => {});
  };
  const timer = setTimeout(show, pace.typingAfter);
  return {
    stop: () => {
      clearTimeout(timer);
      return shown;
    },
  };
}

function sendAll(desk: Desk, makes: Make[]): Sent {
  return { confirmed: Promise.all(makes.map((make) => insist(desk, make))) };
}

/** Sends until the server has it, over as many connections as that takes. */
async function insist({ link, confirm, pace }: Desk, make: Make): Promise<void> {
  const until = performance.now() + pace.answerWithin;
  for (;;) {
    await link.whenOnline();
    const failed = await confirm.send(make()).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failed) return;
    if (performance.now() > until) throw failed;
    await sleep(pace.backoff / 2);
  }
}
