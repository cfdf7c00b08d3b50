import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent, must, signUp } from '../support/factories.ts';
import { hurry, idle, jobs, openWorker } from '../support/jobs.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  smtp = await startSmtp();
  worker = await openWorker(base, database.url, smtp.url);
});
afterAll(async () => {
  await worker.stop();
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});
afterEach(async () => {
  smtp.answer.delay = 0;
  smtp.answer.rcpt = undefined;
  await hurry(base);
  await idle(base);
  smtp.received.length = 0;
});

const errors = async () =>
  (await base.db.$client.query('select last_error e from graphile_worker.jobs order by id')).rows.map(
    (row) => row.e,
  );

const inHand = async () =>
  (
    await base.db.$client.query(
      `select count(*)::int n from graphile_worker.jobs where locked_at is not null`,
    )
  ).rows[0].n;

const unmailed = async () =>
  (await base.db.$client.query('select count(*)::int n from notices where mailed_at is null')).rows[0].n;

describe('a mail server that is', { timeout: 60_000 }, () => {
  it('down: the mail comes when it is back, once', async () => {
    await smtp.close();
    const event = await makeEvent(base);
    must(await signUp(base, event, 'Ann'));
    await vi.waitFor(async () => expect(await jobs(base, 'failed')).toBe(1), { timeout: 10_000 });
    expect(await errors()).toEqual([
      expect.stringMatching(/^The mail server cannot be reached: .*ECONNREFUSED/),
    ]);
    expect(await unmailed()).toBe(1);
    await hurry(base);
    await idle(base);
    await smtp.open();
    await hurry(base);
    await idle(base);
    expect(smtp.received.map((one) => one.to)).toEqual([['ann@example.org']]);
    expect([await unmailed(), await jobs(base, 'all')]).toEqual([0, 0]);
  });

  it('slow: no request waits for it, no connection to the database is held, and one copy comes', async () => {
    smtp.answer.delay = 1500;
    const event = await makeEvent(base);
    const started = performance.now();
    for (const name of ['Ann', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay', 'Gil', 'Hal'])
      must(await signUp(base, event, name));
    // Eight mails of a second and a half each: whoever waited for them would be at it for twelve.
    expect(performance.now() - started).toBeLessThan(6000);
    await vi.waitFor(async () => expect(await inHand()).toBe(4), { timeout: 10_000 });
    const busy = await base.db.$client.query(
      `select count(*)::int n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    expect(busy.rows[0].n).toBe(0);
    // Now and then one is used for a moment; none is kept while a mail is on its way.
    await vi.waitFor(() => expect(base.db.$client.totalCount - base.db.$client.idleCount).toBe(0));
    await idle(base);
    expect(smtp.received).toHaveLength(8);
    expect(new Set(smtp.received.map((one) => one.mail.messageId)).size).toBe(8);
  });

  it('busy (421, 450): tried again with a growing pause, the copy that comes is the same one', async () => {
    const event = await makeEvent(base);
    let answer: string | undefined = '421 4.7.0 try later';
    smtp.answer.rcpt = () => answer;
    must(await signUp(base, event, 'Ann'));
    await vi.waitFor(async () => expect(await jobs(base, 'failed')).toBe(1), { timeout: 10_000 });
    expect(await errors()).toEqual([expect.stringContaining('421 4.7.0 try later')]);
    const next = await base.db.$client.query(
      'select extract(epoch from run_at - now())::float s from graphile_worker.jobs',
    );
    expect(next.rows[0].s).toBeGreaterThan(1);
    answer = '450 4.2.1 mailbox busy: ann@example.org';
    await hurry(base);
    await idle(base);
    expect(await errors()).toEqual([
      'The mail server asks to be tried again later: 450 4.2.1 mailbox busy: …@…',
    ]);
    answer = undefined;
    await hurry(base);
    await idle(base);
    expect(smtp.received.map((one) => one.to)).toEqual([['ann@example.org']]);
    expect(await jobs(base, 'all')).toBe(0);
  });

  it('sure that there is no such mailbox (550): a dead letter after a few tries, that says why and names nobody', async () => {
    const event = await makeEvent(base);
    let asked = 0;
    smtp.answer.rcpt = (to) => {
      if (to !== 'nobody@example.org') return undefined;
      asked++;
      return '550 5.1.1 <nobody@example.org>: no such user here';
    };
    must(await signUp(base, event, 'Nobody'));
    must(await signUp(base, event, 'Ann'));
    for (let n = 0; n < 8; n++) {
      await idle(base);
      await hurry(base);
    }
    expect(asked).toBe(5);
    expect(smtp.received.map((one) => one.to)).toEqual([['ann@example.org']]);
    expect(await jobs(base, 'dead')).toBe(1);
    expect(await errors()).toEqual([
      'The mail server takes no mail for this address: 550 5.1.1 <…@…>: no such user here',
    ]);
  });
});
