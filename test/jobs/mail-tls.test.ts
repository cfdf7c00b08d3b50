import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import type { Letter } from '../../src/shared/message.ts';

// A mail server that offers no TLS, as somebody on the way can make any server look like. By 0.0.0.0 it is reached on this computer, and
// is not known to be there.

const passwords: string[] = [];
const mails: string[] = [];
const server = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  closeTimeout: 50,
  onAuth({ password, username }, _session, callback) {
    passwords.push(String(password));
    callback(null, { user: username });
  },
  onData(stream, { envelope }, callback) {
    stream.resume().on('end', () => {
      mails.push(...envelope.rcptTo.map((one) => one.address));
      callback();
    });
  },
});
let port: number;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  ({ port } = server.server.address() as AddressInfo);
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => {
  passwords.length = 0;
  mails.length = 0;
});

const letter: Letter = {
  id: 'one@turnout.example',
  at: new Date(),
  to: { email: 'ann@example.org' },
  message: { subject: 'Hello', heading: 'Hello', mood: 'plain', parts: [], footer: [] },
};

async function send(host: string, mayBePlain?: boolean) {
  const smtpUrl = `smtp://user:hunter2@${host}:${port}`;
  const mailer = makeMailer({ smtpUrl, mayBePlain, folder: '', from: 'hello@turnout.example' });
  const failed = await mailer.send(letter).then(
    () => undefined,
    (error) => error,
  );
  const ready = await mailer.check().then(Boolean, () => false);
  mailer.close();
  return { failed, ready };
}

describe('a mail server without TLS', () => {
  it('elsewhere gets neither a mail nor a password, and the reason says what to do', async () => {
    const { failed, ready } = await send('0.0.0.0');
    expect(failed).toMatchObject({ permanent: false });
    expect(failed.message).toMatch(/offers no TLS.*SMTP_TLS=optional/);
    expect([ready, passwords, mails]).toEqual([false, [], []]);
  });

  it('at this computer gets mail, and elsewhere where the operator allows it', async () => {
    for (const [host, mayBePlain] of [['127.0.0.1'], ['0.0.0.0', true]] as const)
      expect(await send(host, mayBePlain)).toEqual({ failed: undefined, ready: true });
    expect(mails).toEqual(['ann@example.org', 'ann@example.org']);
  });
});
