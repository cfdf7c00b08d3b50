import type { Base } from '../context.ts';
import { dropForChat, mailInstead, markChatted, takeForChat } from '../services/notices/chatting.ts';
import { hasBegun, stillToTell } from '../services/notices/grid-rules.ts';
import { noticesReply } from '../services/notices/messages.ts';
import {
  addressToTell,
  isOfGrid,
  isToOrganiser,
  type NoticeView,
  noticeById,
  type RegistrationNotice,
  type ToTell,
} from '../services/notices/queries.ts';
import { noticeRules, untrueBecause, urgent } from '../services/notices/rules.ts';
import { quietFor } from '../services/people/rules.ts';
import type { Deliver } from '../shared/chat.ts';
import { speaking, withLanguage } from '../shared/spoken.ts';
import { t } from '../words/words.ts';
import { enqueue, type Jobs } from './enqueue.ts';
import { insist } from './timer.ts';

type Tools = { base: Base; deliver: Deliver; signal: AbortSignal };

/** A chat that cannot be reached for so long is given up for what is to be told now: it is mailed. Milliseconds. */
const patience = 6 * 3600_000;

/**
 * Tells a chat address all that it is to be told, in one message: done when the network has it. In the hours in which its person wants
 * quiet only what cannot wait is told; the rest is when they end.
 */
export async function chatNotice(
  { base, deliver, signal }: Tools,
  { address }: Jobs['chat_notice'],
  job: string,
): Promise<void> {
  const to = await addressToTell(base.db, address);
  // Whoever takes `stop` back is told what comes, not what was.
  if (!to) return dropForChat(base, address);
  const until = quietFor(to, base.now());
  if (until) await enqueue(base.db, 'chat_notice', { address }, { runAt: until });
  const taken = await takeForChat(base, address, job, until ? urgent : undefined);
  if (!taken) return;
  const found = await Promise.all(taken.notices.map((id) => noticeById(base.db, id)));
  const views = found.flatMap((view) => (view && wanted(base, to, view)) ?? []);
  try {
    // The first of all, whatever has become of it: said again, it is the same message.
    const key = `notice-${taken.notices[0]}`;
    const reply = () => withLanguage(noticesReply(t, views, base.baseUrl));
    if (views.length > 0) await deliver(to.uri, key, speaking(to, reply));
  } catch (error) {
    if (base.now().getTime() - taken.since.getTime() < patience) throw error;
    base.log.warn({ err: error, job }, 'a chat cannot be reached: mailing instead');
    return mailInstead(base, address, taken.notices);
  }
  const told = views.map((view) => view.id);
  await insist(() => markChatted(base, address, told), signal);
  await dropForChat(
    base,
    address,
    taken.notices.filter((id) => !told.includes(id)),
  );
}

/** What is about somebody else by now, is not wanted, or is not so any more, is not told. */
function wanted(base: Base, to: ToTell, view: NoticeView): NoticeView | undefined {
  if (view.personId !== to.personId || to.muted.includes(noticeRules[view.kind].sort)) return undefined;
  return stillTrue(base, view);
}

/** What of a notice is to be told: asked when it is sent, which may be days after it came about. Undefined: nothing. */
export function stillTrue(base: Base, view: NoticeView): NoticeView | undefined {
  if (isToOrganiser(view))
    return view.event.state === 'published' && view.event.endsAt > base.now() ? view : undefined;
  if (!isOfGrid(view)) return registrationTrue(base, view) ? view : undefined;
  const there = stillToTell(view.sessions, view.event, base.now());
  const sessions = view.kind === 'session_soon' ? there.filter((one) => !hasBegun(one, base.now())) : there;
  return sessions.length > 0 ? { ...view, sessions } : undefined;
}

function registrationTrue(base: Base, view: RegistrationNotice): boolean {
  const { registration } = view;
  const why = untrueBecause(
    {
      ...view,
      reconfirmed: registration.reconfirmedAt !== null,
      asked: !registration.verified && registration.proveBy !== null && registration.proveBy > base.now(),
      registration: registration.state,
      event: registration.event,
    },
    base.now(),
  );
  if (why) base.log.debug({ notice: view.id, kind: view.kind, why }, 'a notice is not told');
  return why === undefined;
}
