import { expect, it } from 'vitest';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';

const mailer = (smtpUrl?: string) =>
  makeMailer({ smtpUrl, folder: '/nowhere', from: 'hello@turnout.example' });

it('a mail server that is not there is noticed before a mail is sent', async () => {
  const wrong = mailer('smtp://127.0.0.1:1');
  await expect(wrong.check()).rejects.toThrow(/ECONNREFUSED/);
  wrong.close();
  await mailer().check();
});
