import type { Letter } from '../../shared/message.ts';
import { compose, senderOf } from './compose.ts';
import { forgetMails, forgetMailsBefore, toFolder } from './folder.ts';
import { toServer } from './smtp.ts';

export type Mailer = {
  /**
   * Resolves when the mail server has taken the letter, or the folder has it. Rejects with a MailFailure; after that, or
   * after `signal`, nothing more is sent.
   */
  send(letter: Letter, signal?: AbortSignal): Promise<void>;
  /** Removes the mails that are kept here for mailboxes of which this is true; gives how many. A mail server keeps none here. */
  forget(isTheirs: (email: string) => boolean): Promise<number>;
  /** Removes the mails that are kept here from before; gives how many. */
  forgetBefore(moment: Date): Promise<number>;
  close(): void;
};

type Options = {
  /** `smtp://user:password@host:587`. Absent: mail goes to files in `folder`. */
  smtpUrl?: string;
  /** A server that offers no TLS is mailed to as well. */
  mayBePlain?: boolean;
  folder: string;
  /** `Turnout <turnout@example.org>`. */
  from: string;
  /** Milliseconds for which a server that says nothing is waited for. */
  patience?: number;
};

/**
 * Sends mail by the server that is configured, or puts it into a folder for the mailbox page. `check` rejects where that server cannot be
 * reached or does not let us in.
 */
export function makeMailer({
  smtpUrl,
  mayBePlain,
  folder,
  from,
  patience,
}: Options): Mailer & { check(): Promise<unknown> } {
  const sender = senderOf(from);
  const transport = smtpUrl ? toServer(smtpUrl, { mayBePlain, patience }) : toFolder(folder);
  return {
    send: async (letter, signal) => transport.send(letter, compose(letter, sender), signal),
    forget: async (isTheirs) => (smtpUrl ? 0 : forgetMails(folder, isTheirs)),
    forgetBefore: async (moment) => (smtpUrl ? 0 : forgetMailsBefore(folder, moment)),
    check: () => transport.check(),
    close: () => transport.close(),
  };
}
