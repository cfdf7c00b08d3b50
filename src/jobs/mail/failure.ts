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

/**
 * What the mail server, or the way to it, had against a mail. A refusal of the sender or of our password is no fault of
 * the recipient: somebody will mend it, and the mail shall go out then.
 */
export function failure(raw: unknown): MailFailure {
  const error = raw as SmtpError;
  const refused = (error.responseCode ?? 0) >= 500;
  const permanent = refused && ['RCPT TO', 'DATA'].includes(error.command ?? '');
  const said = error.response ?? error.message;
  return new MailFailure(readable([error.code, error.command, said].filter(Boolean).join(': ')), permanent);
}
