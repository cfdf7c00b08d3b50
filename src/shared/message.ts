/** A piece of a message. `quote` is what a person wrote; `ticket` is a link that is also shown as a QR code. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'facts'; facts: { label: string; text: string }[] }
  | { kind: 'button'; text: string; href: string }
  | { kind: 'ticket'; text: string; href: string }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; text: string };

/** What a message's colour says: good news, waiting, bad news, a change, or nothing of these. */
export type Mood = 'good' | 'wait' | 'bad' | 'change' | 'plain';

/** A message as data: the same parts are a plain text and a page of HTML. Texts are plain, links absolute. */
export type Message = {
  subject: string;
  heading: string;
  mood: Mood;
  parts: Part[];
  /** Why it was sent, and where to go: small print at the end. */
  footer: { text: string; href?: string }[];
};

/** A message on its way to a mailbox. */
export type Letter = {
  /** The Message-ID without its brackets: the same one at every attempt, so that a second copy is known as one. */
  id: string;
  /** When what it tells came about. */
  at: Date;
  to: { email: string; name?: string };
  message: Message;
  /** The link of RFC 8058: a POST to it ends mails of this kind. */
  unsubscribe?: string;
  /** A calendar file (METHOD:PUBLISH) to attach. */
  calendar?: { name: string; text: string };
  /** A file to attach that says what it is. */
  file?: { name: string; type: string; text: string };
};

/** One line for a header or a heading: whatever a person typed, no line can begin in it. */
export const oneLine = (text: string): string =>
  text.replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();

/** The message as plain text. */
export function messageText({ heading, parts, footer }: Message): string {
  const body = [oneLine(heading), ...parts.map(partText)].join('\n\n');
  const end = footer.map(({ text, href }) => (href ? `${text}: ${href}` : text)).join('\n');
  return `${body}\n\n-- \n${end}\n`;
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'facts':
      return part.facts.map(({ label, text }) => `${label}: ${text.replaceAll('\n', '\n  ')}`).join('\n');
    case 'button':
    case 'ticket':
      return `${part.text}:\n${part.href}`;
    case 'code':
      return `    ${part.text}`;
    case 'quote':
      return part.text.replace(/^/gm, '> ');
    default:
      return part satisfies never;
  }
}
