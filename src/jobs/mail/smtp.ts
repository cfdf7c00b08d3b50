import nodemailer from 'nodemailer';
import type Mail from 'nodemailer/lib/mailer';
import type { Letter } from '../../shared/message.ts';
import { isLoopback } from '../../shared/this-computer.ts';
import { failure } from './failure.ts';

/** Where composed mails go. */
export type Transport = {
  send(letter: Letter, mail: Mail.Options, signal?: AbortSignal): Promise<void>;
  /** Rejects where it cannot be reached or does not let us in. */
  check(): Promise<unknown>;
  close(): void;
};

/** A server that answers nothing is given up after this long, one that answers in drops after three times as long. */
const usual = 20_000;

/**
 * Mail by SMTP (RFC 5321) over a few kept connections. No password and no mail goes to another computer without TLS, even where
 * somebody on the way takes the server's offer of it away (RFC 3207, 6), unless it `mayBePlain`.
 */
export function toServer(
  url: string,
  { mayBePlain = false, patience = usual }: { mayBePlain?: boolean; patience?: number } = {},
): Transport {
  const server = nodemailer.createTransport({
    url,
    pool: true,
    requireTLS: !mayBePlain && !isLoopback(new URL(url).hostname),
    maxConnections: 5,
    // How often a mail goes to another connection because its own was closed before a byte of it was sent: once for
    // each that is kept, and then over a new one, whose answer is the server's word.
    maxRequeues: 5,
    idleTimeout: 30_000,
    dnsTimeout: patience,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
  });
  // Each mail that fails is told of by itself.
  server.on('error', () => {});
  return {
    async send(_letter, mail, signal) {
      const late = AbortSignal.timeout(3 * patience);
      try {
        await server.sendMail({ ...mail, signal: signal ? AbortSignal.any([signal, late]) : late });
      } catch (error) {
        throw failure(error);
      }
    },
    check: () => server.verify(),
    close: () => server.close(),
  };
}
