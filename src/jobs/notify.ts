import type { Base } from '../context.ts';
import { markChatted } from '../services/notices/commands.ts';
import { noticeReply } from '../services/notices/messages.ts';
import { addressToTell, type NoticeView, noticeById } from '../services/notices/queries.ts';
import { untrueBecause } from '../services/notices/rules.ts';
import type { Deliver } from '../shared/chat.ts';
import { t } from '../words/words.ts';
import type { Jobs } from './enqueue.ts';
import { insist } from './timer.ts';

type Tools = { base: Base; deliver: Deliver; signal: AbortSignal };

/** Tells a notice to a chat address, unless that may not be written to, or the notice is not so any more. */
export async function chatNotice(
  { base, deliver, signal }: Tools,
  asked: Jobs['chat_notice'],
): Promise<void> {
  const view = await noticeById(base.db, asked.notice);
  const uri = view && (await addressToTell(base.db, asked.address, view));
  if (!view || !uri || !stillTrue(base, view)) return;
  await deliver(uri, `notice-${view.id}`, noticeReply(t, view));
  await insist(() => markChatted(base, view.id), signal);
}

/** Asked when it is sent, which may be days after it came about. */
export function stillTrue(base: Base, view: NoticeView): boolean {
  const { registration } = view;
  const why = untrueBecause(
    { ...view, registration: registration.state, event: registration.event },
    base.now(),
  );
  if (why) base.log.debug({ notice: view.id, kind: view.kind, why }, 'a notice is not told');
  return why === undefined;
}
