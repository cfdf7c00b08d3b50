import addressparser from 'nodemailer/lib/addressparser';
import type Mail from 'nodemailer/lib/mailer';
import { type Letter, messageText, oneLine } from '../../shared/message.ts';
import { messageHtml } from './html.ts';
import { qrPng } from './qr-png.ts';

/** Whom mail comes from, of a text such as `Turnout <turnout@example.org>`; throws when there is no address in it. */
export function senderOf(from: string): { name: string; address: string } {
  const [sender] = addressparser(from, { flatten: true });
  if (!sender?.address) throw new Error('MAIL_FROM holds no e-mail address');
  return { name: sender.name, address: sender.address };
}

/** A letter as the mail that it becomes: text and HTML, its headers, what is attached, and the envelope. */
export function compose(letter: Letter, from: { name: string; address: string }): Mail.Options {
  const { message, to } = letter;
  return {
    messageId: `<${letter.id}>`,
    from,
    to: { name: oneLine(to.name ?? ''), address: to.email },
    // Said outright: whatever a header is read as, the mail goes to this address alone.
    envelope: { from: from.address, to: [to.email] },
    subject: oneLine(message.subject),
    text: messageText(message),
    html: messageHtml(message),
    headers: headers(letter),
    attachments: [...ticketCode(letter), ...calendarFile(letter), ...otherFile(letter)],
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** RFC 3834: no answering machine answers; RFC 2369 and 8058: one click ends mails of this kind. */
function headers({ unsubscribe }: Letter) {
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...(unsubscribe
      ? {
          'List-Unsubscribe': { prepared: true, value: `<${unsubscribe}>` },
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }
      : {}),
  };
}

/** As a picture in the mail itself: at the door there may be no network, and most programs fetch none. */
function ticketCode({ message }: Letter): Mail.Attachment[] {
  const ticket = message.parts.find((part) => part.kind === 'ticket');
  if (!ticket) return [];
  const content = qrPng(ticket.href);
  return [
    {
      cid: 'ticket',
      filename: 'ticket.png',
      content,
      contentType: 'image/png',
      contentDisposition: 'inline',
    },
  ];
}

const calendarFile = ({ calendar }: Letter): Mail.Attachment[] =>
  calendar
    ? [
        {
          filename: calendar.name,
          content: calendar.text,
          contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
        },
      ]
    : [];

const otherFile = ({ file }: Letter): Mail.Attachment[] =>
  file ? [{ filename: file.name, content: file.text, contentType: file.type }] : [];
