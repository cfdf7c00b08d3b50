import { createHash } from 'node:crypto';
import type { Base } from '../../context.ts';
import { calendar } from '../../feeds/calendar.ts';
import { type MailTo, mayMail } from '../../services/limits/mailing.ts';
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
import { noticeRules } from '../../services/notices/rules.ts';
import { chatCodeMail, linksMail, renewSignIn, signInMail } from '../../services/people/mailing.ts';
import { unsubscribeToken } from '../../services/people/unsubscribing.ts';
import { dataMail } from '../../services/privacy/mailing.ts';
import { invitationMail } from '../../services/sessions/inviting.ts';
import type { Letter } from '../../shared/message.ts';
import { t } from '../../words/words.ts';
import type { Jobs } from '../enqueue.ts';
import { hold, type MailJob } from '../held.ts';
import { stillTrue } from '../notify.ts';
import { insist } from '../timer.ts';
import type { Mailer } from './mailer.ts';

type Tools = { base: Base; mailer: Mailer; signal: AbortSignal };

/** Mails a notice, unless it has been, is not wanted, or is not so any more. No connection is held while it is sent. */
export async function mailNotice(
  tools: Tools,
  { notice: id, instead, counted }: Jobs['mail_notice'],
): Promise<void> {
  const { base, signal } = tools;
  const notice = await noticeById(base.db, id);
  if (!notice || notice.mailedAt) return;
  const told = stillTrue(base, notice);
  const view = told && toMail(told, instead);
  if (!view) return;
  const sent = await sendCounted(tools, noticeLetter(base, view), {
    job: 'mail_notice',
    payload: { notice: id, instead },
    to: counted ? undefined : countedTo(view),
  });
  if (!sent) return;
  // The server has it: whatever happens now, no second copy may go out for want of this mark.
  await insist(() => markMailed(base, id), signal);
}

/** On whom a notice counts; what organisers do counts on nobody. */
function countedTo({ kind, email, proved }: NoticeView): MailTo | undefined {
  const { cause } = noticeRules[kind];
  return cause === 'organiser' ? undefined : { email, proved, counted: cause === 'form' };
}

/** Mails a sign-in link, unless it is used or too old by now. */
export async function mailSignIn(tools: Tools, { key, held, counted }: Jobs['mail_sign_in']): Promise<void> {
  const { base } = tools;
  if (held) await renewSignIn(base, key);
  const mail = await signInMail(base, t, key);
  // Of the key only a hash: it is half of the token.
  const which = createHash('sha256').update(key).digest('hex').slice(0, 16);
  if (!mail) return;
  await sendCounted(
    tools,
    { ...mail, id: idOf(base, `sign-in-${which}`, mail.at) },
    {
      job: 'mail_sign_in',
      payload: { key, held: true },
      to: counted ? undefined : { ...mail.to, proved: mail.proved, counted: false },
    },
  );
}

/** Mails a code that links a chat address, unless it is spent by now. */
export async function mailChatCode(tools: Tools, { code, counted }: Jobs['mail_chat_code']): Promise<void> {
  const { base } = tools;
  const mail = await chatCodeMail(base, t, code);
  if (!mail) return;
  await sendCounted(
    tools,
    { ...mail, id: idOf(base, `code-${code}`, mail.at) },
    {
      job: 'mail_chat_code',
      payload: { code },
      to: counted ? undefined : { ...mail.to, proved: mail.proved, counted: false },
    },
  );
}

/** Asks somebody to hold a session with others, unless they have answered by now. */
export async function mailInvitation(
  tools: Tools,
  { counted, ...asked }: Jobs['mail_invitation'],
): Promise<void> {
  const { base } = tools;
  const mail = await invitationMail(base, t, asked);
  if (!mail) return;
  const which = `host-${asked.session}-${asked.person}`;
  await sendCounted(
    tools,
    { ...mail, id: idOf(base, which, mail.at) },
    {
      job: 'mail_invitation',
      payload: asked,
      to: counted ? undefined : { ...mail.to, proved: mail.proved, counted: true },
    },
  );
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

type Counted<J extends MailJob> = { job: J; payload: Jobs[J]; to?: MailTo };

/** Sends a mail, or holds it where it is one too many; without `to` it counts on nothing. False: held. */
async function sendCounted<J extends MailJob>(
  { base, mailer, signal }: Tools,
  letter: Letter,
  { job, payload, to }: Counted<J>,
): Promise<boolean> {
  const may = to && (await mayMail(base, to));
  if (may?.kind === 'later') {
    await hold(base, job, payload, may);
    return false;
  }
  try {
    await mailer.send(letter, signal);
    return true;
  } catch (error) {
    await may?.undo();
    throw error;
  }
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
