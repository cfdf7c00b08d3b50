import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import { upkeep } from '../../src/jobs/upkeep.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { requestSignIn } from '../../src/services/people/commands.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { mailedToken, manageToken } from '../../src/services/registrations/queries.ts';
import { freshDatabase } from '../support/database.ts';
import { asVisitor, mailed, makeBase, makeEvent, must, noon, secret, signUp } from '../support/factories.ts';
import { hurry, idle, jobs, openWorker } from '../support/jobs.ts';
import { databaseUrl, withClient } from '../support/postgres.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
beforeEach(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  smtp = await startSmtp();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});

/** Links the chat address of a person to the one who has registered as Ann. */
async function linkAnn(registration: number) {
  await actorOfAddress(base.db, 'xmpp:ann@chat.example');
  await base.db.$client.query(
    'update addresses set linked_at = now(), person_id = (select person_id from registrations where id = $1)',
    [registration],
  );
}

/** While the database lets nobody in, and throws out who is in. */
async function withoutDatabase(work: () => Promise<void>) {
  const name = new URL(database.url).pathname.slice(1);
  await withClient(databaseUrl(database.url, 'postgres'), async (client) => {
    await client.query(`alter database ${name} allow_connections false`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await work();
    await client.query(`alter database ${name} allow_connections true`);
  });
}

describe('a worker', { timeout: 60_000 }, () => {
  it('outlives the database: what was sent is marked when it is back, and not sent again', {
    timeout: 40_000,
  }, async () => {
    const worker = await openWorker(base, database.url, smtp.url);
    const event = await makeEvent(base);
    smtp.answer.delay = 1500;
    const named = vi.fn(() => undefined);
    smtp.answer.rcpt = named;
    must(await signUp(base, event, 'Ann'));
    // The mail is on its way: all that it needs of the database has been read.
    await vi.waitFor(() => expect(named).toHaveBeenCalledTimes(1), { timeout: 10_000 });
    await withoutDatabase(() => vi.waitFor(() => expect(smtp.received).toHaveLength(1), { timeout: 10_000 }));
    smtp.answer.rcpt = undefined;
    smtp.answer.delay = 0;
    must(await signUp(base, event, 'Bob'));
    await idle(base);
    await worker.stop();
    expect(smtp.received.map((one) => one.to[0])).toEqual(['ann@example.org', 'bob@example.org']);
    const marked = await base.db.$client.query('select count(mailed_at)::int n from notices');
    expect([marked.rows[0].n, await jobs(base, 'all')]).toEqual([2, 0]);
  });

  it('goes on with another runner when one could not write down what became of a job', async () => {
    const ann = must(await signUp(base, await makeEvent(base), 'Ann'));
    await linkAnn(ann.id);
    const keys: string[] = [];
    const worker = await startWorker(base, {
      databaseUrl: database.url,
      roles: ['worker', 'bot'],
      mailer: makeMailer({ smtpUrl: smtp.url, folder: '', from: 'hello@turnout.example' }),
      deliver: async (_address, key) => {
        keys.push(key);
        if (keys.length > 1) return;
        await sleep(1000);
        throw new Error('and nobody can be told');
      },
      pollInterval: 100,
    });
    await vi.waitFor(() => expect(keys).toHaveLength(1), { timeout: 10_000 });
    // The queue's library says on the console, too, that it cannot write.
    for (const way of ['error', 'trace'] as const) vi.spyOn(console, way).mockImplementation(() => {});
    await withoutDatabase(() => sleep(2500));
    await idle(base);
    await worker.stop();
    expect(keys).toHaveLength(2);
    expect(await jobs(base, 'all')).toBe(0);
  });

  it('does what its role is for: chat where the bot is, everything else where it is not', async () => {
    const said: string[] = [];
    const start = (role: 'worker' | 'bot') =>
      startWorker(base, {
        databaseUrl: database.url,
        roles: [role],
        mailer: makeMailer({ smtpUrl: smtp.url, folder: '', from: 'hello@turnout.example' }),
        deliver: async (address, key, { text }) => {
          said.push(`${role} ${address} ${key} ${text.split('\n')[0]}`);
        },
        pollInterval: 100,
      });
    const event = await makeEvent(base);
    const bot = await start('bot');
    const ann = must(await signUp(base, event, 'Ann'));
    await linkAnn(ann.id);
    await sleep(500);
    expect([said.length, smtp.received.length, await jobs(base, 'all')]).toEqual([0, 0, 1]);
    const worker = await start('worker');
    await idle(base);
    await Promise.all([bot.stop(), worker.stop()]);
    expect(smtp.received).toHaveLength(1);
    expect(said).toEqual([
      expect.stringMatching(/^bot xmpp:ann@chat\.example notice-\d+ You are coming to Geek dinner/),
    ]);
  });

  it('tries a chat message again that the network did not take', async () => {
    const ann = must(await signUp(base, await makeEvent(base), 'Ann'));
    await linkAnn(ann.id);
    let fails = 2;
    const keys: string[] = [];
    const worker = await startWorker(base, {
      databaseUrl: database.url,
      roles: ['worker', 'bot'],
      mailer: makeMailer({ smtpUrl: smtp.url, folder: '', from: 'hello@turnout.example' }),
      deliver: async (_address, key) => {
        keys.push(key);
        if (fails-- > 0) throw new Error('the server of ann@chat.example is away');
      },
      pollInterval: 100,
    });
    for (let n = 0; n < 3; n++) {
      await idle(base);
      await hurry(base);
    }
    await idle(base);
    await worker.stop();
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(await jobs(base, 'all')).toBe(0);
  });

  it('writes neither addresses, names nor links into the log or beside a job', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
    const worker = await openWorker({ ...base, log }, database.url, smtp.url);
    smtp.answer.rcpt = (to) => `550 5.1.1 <${to}>: Annabel unknown`;
    const event = await makeEvent(base);
    const ann = must(await signUp(base, event, 'Annabel'));
    must(await requestSignIn(asVisitor(base), { email: 'annabel@example.org' }));
    await idle(base);
    const payloads = await base.db.$client.query(
      'select payload::text p, last_error e from graphile_worker._private_jobs',
    );
    await worker.stop();
    const { rows } = await base.db.$client.query('select key from sign_ins');
    const text = [...lines, ...payloads.rows.map((row) => `${row.p} ${row.e}`)].join('\n');
    expect(text).toContain('takes no mail for this address');
    for (const secretText of [
      'annabel@example.org',
      manageToken(secret, ann),
      mailedToken(secret, mailed(ann)),
      ann.key,
    ])
      expect(text).not.toContain(secretText);
    // The key of a sign-in is half of its token: it names the row in the payload, and stands nowhere else.
    expect(lines.join('\n')).not.toContain(rows[0].key);
  });
});

describe('upkeep', () => {
  it('removes links and codes a day after their end, and answers after a week', async () => {
    const query = (text: string) => base.db.$client.query(text);
    await query(`insert into sign_ins (email, expires_at) values
      ('old@example.org', '2026-04-30T11:00Z'), ('late@example.org', '2026-04-30T13:00Z')`);
    await query(`insert into chat_codes (hash, email, expires_at) values
      ('', 'old@example.org', '2026-04-30T11:00Z'), ('', 'late@example.org', '2026-04-30T13:00Z')`);
    await query(`insert into inbox (address, key, replies, created_at) values
      ('xmpp:a', 'old', '[]', '2026-04-24T11:00Z'), ('xmpp:a', 'late', '[]', '2026-04-24T13:00Z')`);
    await upkeep({ ...base, now: () => noon }, { forgetBefore: async () => 0 });
    const left = await query(
      `select email left_over from sign_ins union all select email from chat_codes union all select key from inbox`,
    );
    expect(left.rows.map((row) => row.left_over)).toEqual(['late@example.org', 'late@example.org', 'late']);
  });
});
