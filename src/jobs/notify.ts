import type { Base } from '../context.ts';
import { markChatted } from '../services/notices/commands.ts';
import { stillToTell } from '../services/notices/grid-rules.ts';
import { noticeReply } from '../services/notices/messages.ts';
import {
  addressToTell,
  type NoticeView,
  noticeById,
  type RegistrationNotice,
} from '../services/notices/queries.ts';
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
  const notice = await noticeById(base.db, asked.notice);
  const uri = notice && (await addressToTell(base.db, asked.address, notice));
  const view = notice && stillTrue(base, notice);
  if (!view || !uri) return;
  await deliver(uri, `notice-${view.id}`, noticeReply(t, view, base.baseUrl));
  await insist(() => markChatted(base, view.id), signal);
}

/** What of a notice is to be told: asked when it is sent, which may be days after it came about. Undefined: nothing. */
export function stillTrue(base: Base, view: NoticeView): NoticeView | undefined {
  if (view.kind !== 'grid_changed') return registrationTrue(base, view) ? view : undefined;
  const sessions = stillToTell(view.sessions, view.event, base.now());
  return sessions.length > 0 ? { ...view, sessions } : undefined;
}

function registrationTrue(base: Base, view: RegistrationNotice): boolean {
  const { registration } = view;
  const why = untrueBecause(
    {
      ...view,
      reconfirmed: registration.reconfirmedAt !== null,
      registration: registration.state,
      event: registration.event,
    },
    base.now(),
  );
  if (why) base.log.debug({ notice: view.id, kind: view.kind, why }, 'a notice is not told');
  return why === undefined;
}
