import { pino } from 'pino';
import { connect } from '../../src/db/client.ts';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { noon, secret } from './factories.ts';
import { generous } from './limits.ts';

// A worker in a process of its own: it says when it is ready, stops in good order at SIGTERM, and can be killed.
const [databaseUrl = '', smtpUrl = ''] = process.argv.slice(2);
const base = {
  db: connect(databaseUrl, () => {}),
  now: () => noon,
  log: pino({ level: 'silent' }),
  secret,
  baseUrl: 'http://localhost:3000',
  limits: generous,
};
const mailer = makeMailer({ smtpUrl, folder: '', from: 'Turnout <hello@turnout.example>' });
const worker = await startWorker(base, {
  databaseUrl,
  roles: ['worker'],
  mailer,
  deliver: async () => {},
  pollInterval: 100,
});
process.once('SIGTERM', async () => {
  await worker.stop();
  process.exit(0);
});
console.log('ready');
