import type { Kept } from '../../jobs/mail/folder.ts';
import { elapsed } from '../../shared/time.ts';
import { t } from '../../words/words.ts';

export type MailboxPage = {
  /** What is searched for. */
  to: string;
  rows: { href: string; to: string; subject: string; at: string; when: string }[];
  empty: { heading: string; text: string; link?: { href: string; text: string } };
  pager: { next?: string; nextText: string };
};

/** The mails of a page; `more`: there are older ones. */
export function mailboxPage(mails: Kept[], more: boolean, to: string, now: Date): MailboxPage {
  const last = more ? mails.at(-1) : undefined;
  return {
    to,
    rows: mails.map((mail) => ({
      href: `/dev/mail/${mail.name}`,
      to: mail.to,
      subject: mail.subject,
      at: mail.at,
      when: elapsed(new Date(mail.at), now),
    })),
    empty: to
      ? {
          heading: t('mailbox:none_heading'),
          text: t('mailbox:none'),
          link: { href: '/dev/mail', text: t('mailbox:all') },
        }
      : { heading: t('mailbox:empty_heading'), text: t('mailbox:empty') },
    pager: {
      next: last && `/dev/mail?${new URLSearchParams({ ...(to ? { to } : {}), before: last.name })}`,
      nextText: t('mailbox:more'),
    },
  };
}

export type MailPage = {
  subject: string;
  to: string;
  at: string;
  when: string;
  frame: string;
  /** The plain text; `href` where a piece is a link. */
  text: { text: string; href?: string }[];
  attachments: { href: string; text: string }[];
  headers: Kept['headers'];
  source: string;
};

export function mailPage(mail: Kept, now: Date): MailPage {
  const href = `/dev/mail/${mail.name}`;
  return {
    subject: mail.subject,
    to: mail.to,
    at: mail.at,
    when: elapsed(new Date(mail.at), now),
    frame: `${href}/html`,
    text: linked(mail.text),
    attachments: mail.attachments.map((one, n) => ({
      href: `${href}/attachments/${n}`,
      text: t('mailbox:size', { name: one.name, size: Buffer.from(one.base64, 'base64').length }),
    })),
    headers: mail.headers,
    source: `${href}/source`,
  };
}

const linked = (text: string): MailPage['text'] =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((piece, n) => (n % 2 === 1 ? { text: piece, href: piece } : { text: piece }));

/**
 * The mail's HTML as it is shown in a frame that may run nothing and load nothing: pictures are put into it, and links
 * open beside the mailbox.
 */
export function framedHtml({ html, attachments }: Kept): string {
  const pictures = attachments.filter((one) => one.cid && one.type.startsWith('image/'));
  const shown = pictures.reduce(
    (text, { cid, type, base64 }) => text.replaceAll(`"cid:${cid}"`, `"data:${type};base64,${base64}"`),
    html,
  );
  return shown.replace('<head>', '<head><base target="_blank">');
}
