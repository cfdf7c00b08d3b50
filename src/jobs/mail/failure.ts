import { t } from '../../words/words.ts';
import { readable } from '../readable.ts';

/** Why a mail was not sent, in words for an organiser: no address, no content. */
export class MailFailure extends Error {
  /** The server will have neither this recipient nor this message, today or tomorrow. */
  readonly permanent: boolean;
  constructor(message: string, permanent: boolean) {
    super(message);
    this.name = 'MailFailure';
    this.permanent = permanent;
  }
}

type SmtpError = Error & { code?: string; command?: string; responseCode?: number; response?: string };

/** What the mail server, or the way to it, had against a mail. */
export function failure(raw: unknown): MailFailure {
  const error = raw as SmtpError;
  const kind = kindOf(error);
  const said = readable(error.response ?? error.message);
  return new MailFailure(t(`mail:failure.${kind}`, { said }), kind === 'recipient' || kind === 'message');
}

/**
 * A refusal of the sender or of our password is no fault of the recipient: somebody will mend it, and the mail shall go
 * out then.
 */
function kindOf({ code, command, responseCode = 0 }: SmtpError): string {
  if (code === 'ETLS' && command === 'STARTTLS') return 'tls';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'password';
  if (responseCode >= 500) return refused[command ?? ''] ?? 'other';
  if (responseCode >= 400) return 'later';
  return ways[code ?? ''] ?? 'other';
}

const refused: Record<string, string> = { 'RCPT TO': 'recipient', DATA: 'message', 'MAIL FROM': 'sender' };

const ways: Record<string, string> = {
  ETIMEDOUT: 'slow',
  EABORT: 'slow',
  ECONNECTION: 'unreachable',
  ESOCKET: 'unreachable',
  EDNS: 'unreachable',
  ETLS: 'unreachable',
};
