import type { Letter } from '../../shared/message.ts';
import { compose, senderOf } from './compose.ts';
import { toFolder } from './folder.ts';
import { toServer } from './smtp.ts';

export type Mailer = {
  /**
   * Resolves when the mail server has taken the letter, or the folder has it. Rejects with a MailFailure; after that, or
   * after `signal`, nothing more is sent.
   */
  send(letter: Letter, signal?: AbortSignal): Promise<void>;
  close(): void;
};

type Options = {
  /** `smtp://user:password@host:587`. Absent: mail goes to files in `folder`. */
  smtpUrl?: string;
  folder: string;
  /** `Turnout <turnout@example.org>`. */
  from: string;
};

/** Sends mail by the server that is configured, or puts it into a folder for the mailbox page. */
export function makeMailer({ smtpUrl, folder, from }: Options): Mailer {
  const sender = senderOf(from);
  const transport = smtpUrl ? toServer(smtpUrl) : toFolder(folder);
  return {
    send: async (letter, signal) => transport.send(letter, compose(letter, sender), signal),
    close: () => transport.close(),
  };
}
