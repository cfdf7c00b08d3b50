import { createHash } from 'node:crypto';
import type { Base } from '../../context.ts';
import { calendar } from '../../feeds/calendar.ts';
import { markMailed } from '../../services/notices/commands.ts';
import { toMail } from '../../services/notices/mailing.ts';
import { endable, hasCalendar, noticeMessage } from '../../services/notices/messages.ts';
import {
  isOfGrid,
  isToOrganiser,
  type NoticeView,
  noticeById,
  type RegistrationNotice,
} from '../../services/notices/queries.ts';
import { chatCodeMail, linksMail, signInMail } from '../../services/people/mailing.ts';
import { unsubscribeToken } from '../../services/people/unsubscribing.ts';
import { dataMail } from '../../services/privacy/mailing.ts';
import { invitationMail } from '../../services/sessions/inviting.ts';
import type { Letter } from '../../shared/message.ts';
import { t } from '../../words/words.ts';
import type { Jobs } from '../enqueue.ts';
import { stillTrue } from '../notify.ts';
import { insist } from '../timer.ts';
import type { Mailer } from './mailer.ts';

type Tools = { base: Base; mailer: Mailer; signal: AbortSignal };

/** Mails a notice, unless it has been, is not wanted, or is not so any more. No connection is held while it is sent. */
export async function mailNotice(
  { base, mailer, signal }: Tools,
  { notice: id, instead }: Jobs['mail_notice'],
): Promise<void> {
  const notice = await noticeById(base.db, id);
  if (!notice || notice.mailedAt) return;
  const told = stillTrue(base, notice);
  const view = told && toMail(told, instead);
  if (!view) return;
  await mailer.send(noticeLetter(base, view), signal);
  // The server has it: whatever happens now, no second copy may go out for want of this mark.
  await insist(() => markMailed(base, id), signal);
}

/** Mails a sign-in link, unless it is used or too old by now. */
export async function mailSignIn({ base, mailer, signal }: Tools, key: string): Promise<void> {
  const mail = await signInMail(base, t, key);
  // Of the key only a hash: it is half of the token.
  const which = createHash('sha256').update(key).digest('hex').slice(0, 16);
  if (mail) await mailer.send({ ...mail, id: idOf(base, `sign-in-${which}`, mail.at) }, signal);
}

/** Mails a code that links a chat address, unless it is spent by now. */
export async function mailChatCode({ base, mailer, signal }: Tools, code: number): Promise<void> {
  const mail = await chatCodeMail(base, t, code);
  if (mail) await mailer.send({ ...mail, id: idOf(base, `code-${code}`, mail.at) }, signal);
}

/** Asks somebody to hold a session with others, unless they have answered by now. */
export async function mailInvitation(
  { base, mailer, signal }: Tools,
  asked: { session: number; person: number },
): Promise<void> {
  const mail = await invitationMail(base, t, asked);
  const which = `host-${asked.session}-${asked.person}`;
  if (mail) await mailer.send({ ...mail, id: idOf(base, which, mail.at) }, signal);
}

/** Mails where somebody's registrations are. `job`: the queue's, which names the mail at every attempt. */
export async function mailLinks({ base, mailer, signal }: Tools, person: number, job: string): Promise<void> {
  const mail = await linksMail(base, t, person);
  if (mail) await mailer.send({ ...mail, id: idOf(base, `links-${job}`, mail.at) }, signal);
}

/** Mails what is on file of somebody, to them, as it is when the mail is made. */
export async function mailData(
  { base, mailer, signal }: Tools,
  asked: { person: number; asked: number },
): Promise<void> {
  const mail = await dataMail(base, t, asked);
  if (mail) await mailer.send({ ...mail, id: idOf(base, `data-${asked.person}`, mail.at) }, signal);
}

function noticeLetter(base: Base, view: NoticeView): Letter {
  const unsubscribe = `${base.baseUrl}/unsubscribe/${unsubscribeToken(base.secret, view.personId)}`;
  return {
    id: idOf(base, `notice-${view.id}`, view.createdAt),
    at: view.createdAt,
    to: { email: view.email },
    message: noticeMessage(t, view, { ...base, unsubscribe }),
    unsubscribe: endable(view) ? unsubscribe : undefined,
    calendar: isOfGrid(view) || isToOrganiser(view) || !hasCalendar(view) ? undefined : eventFile(base, view),
  };
}

function eventFile({ baseUrl }: Base, { registration: { event } }: RegistrationNotice): Letter['calendar'] {
  const text = calendar([event], { name: event.name, baseUrl, publish: true });
  return { name: `${event.slug}.ics`, text };
}

/** With the time, so that a database that begins anew does not repeat what mailboxes have seen. */
const idOf = ({ baseUrl }: Base, which: string, at: Date): string =>
  `${which}-${at.getTime().toString(36)}@${new URL(baseUrl).hostname}`;
