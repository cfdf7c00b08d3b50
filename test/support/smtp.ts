import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** `at`: `Date.now()` when it had come. */
export type Received = { from: string; to: string[]; mail: ParsedMail; raw: string; at: number };

/** A mail server on loopback. `answer` may refuse (`421 …`) or take its time; it is asked for each recipient. */
export type SmtpSink = {
  url: string;
  received: Received[];
  answer: { rcpt?: (to: string) => string | undefined; delay: number };
  /** The port refuses connections until `open`. */
  close(): Promise<void>;
  open(): Promise<void>;
};

export async function startSmtp(): Promise<SmtpSink> {
  const received: Received[] = [];
  const answer: SmtpSink['answer'] = { delay: 0 };
  let port = 0;
  let server: SMTPServer;
  const open = async () => {
    server = makeServer(received, answer);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    // What clients do to their sockets is no error of the test.
    server.removeAllListeners('error');
    server.on('error', () => {});
    port = (server.server.address() as AddressInfo).port;
  };
  await open();
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    answer,
    open,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const makeServer = (received: Received[], answer: SmtpSink['answer']) =>
  new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    closeTimeout: 50,
    onRcptTo({ address }, _session, callback) {
      callback(refusal(answer.rcpt?.(address)));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', async () => {
        await sleep(answer.delay);
        // A client that went before it got its answer has not handed the mail over.
        if (!stream.readable && (session as { closed?: boolean }).closed) return;
        const raw = Buffer.concat(chunks);
        const at = Date.now();
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((one) => one.address),
          mail: await simpleParser(raw),
          raw: raw.toString('utf8'),
          at,
        });
        callback();
      });
    },
  });

function refusal(text: string | undefined): Error | null {
  if (!text) return null;
  return Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
}
