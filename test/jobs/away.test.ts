import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { lanes } from '../../src/jobs/lanes.ts';
import { startRunner } from '../../src/jobs/runner.ts';
import { requestSignIn } from '../../src/services/people/commands.ts';
import { asVisitor, makeBase, must } from '../support/factories.ts';
import { idle, jobs, openWorker } from '../support/jobs.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

// A Postgres of this file's own, which is ended and comes back as any does.

// The queue's library says on the console, too, that it cannot write.
for (const way of ['error', 'trace'] as const) vi.spyOn(console, way).mockImplementation(() => {});

let folder: string;
let server: Embedded;
let base: Base;
let smtp: SmtpSink;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-away-'));
  server = await startEmbedded(folder, { fsync: false });
  await migrate(server.url);
  base = makeBase(server.url);
  smtp = await startSmtp();
});
afterAll(async () => {
  await smtp.close();
  await base.db.$client.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sign-in mails have a lane of their own. */
const hands = lanes.codes.concurrency;

it('goes on although every hand of a lane was full when the database went', {
  timeout: 120_000,
}, async () => {
  const worker = await openWorker(base, server.url, smtp.url);
  smtp.answer.delay = 1500;
  const named = vi.fn(() => undefined);
  smtp.answer.rcpt = named;
  for (let n = 0; n < hands; n++) must(await requestSignIn(asVisitor(base), { email: `p${n}@example.org` }));
  await vi.waitFor(() => expect(named).toHaveBeenCalledTimes(hands), { timeout: 20_000 });
  await server.stop();
  await vi.waitFor(() => expect(smtp.received).toHaveLength(hands), { timeout: 20_000 });
  smtp.answer.delay = 0;
  // Each hand has something to write down now, and cannot.
  await sleep(1_000);
  server = await startEmbedded(folder, { fsync: false });
  const back = performance.now();
  await vi.waitFor(async () => must(await requestSignIn(asVisitor(base), { email: 'late@example.org' })), {
    timeout: 30_000,
    interval: 500,
  });
  await idle(base, 60_000);
  expect(performance.now() - back).toBeLessThan(60_000);
  expect(await jobs(base, 'all')).toBe(0);
  await worker.stop();
  // No mail but copies of what was in hand, by which a reader knows them.
  const ids = smtp.received.map((one) => one.mail.messageId);
  expect([smtp.received.length, new Set(ids).size]).toEqual([2 * hands + 1, hands + 1]);
});

it('a runner that was given up can do no harm: what another has in hand is not marked as done by it', async () => {
  must(await requestSignIn(asVisitor(base), { email: 'fence@example.org' }));
  const one = await holding();
  await vi.waitFor(() => expect(one.isBusy()).toBe(true), { timeout: 10_000 });
  one.giveUp('the test says so');
  await one.ended;
  await base.db.$client.query('select graphile_worker.force_unlock_workers($1::text[])', [[one.id]]);
  const other = await holding();
  await vi.waitFor(() => expect(other.isBusy()).toBe(true), { timeout: 10_000 });
  one.letGo();
  await sleep(1_000);
  const { rows } = await base.db.$client.query('select locked_by from graphile_worker.jobs');
  expect(rows).toEqual([{ locked_by: other.id }]);
  other.letGo();
  await idle(base);
  await other.stop();
});

/** A runner of mails whose first letter takes until it is let go. */
async function holding() {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const mailer = { send: () => held, forget: async () => 0, forgetBefore: async () => 0, close: () => {} };
  const tools = { base, mailer, deliver: async () => {}, signal: new AbortController().signal };
  const runner = await startRunner(tools, { databaseUrl: server.url, pollInterval: 100, ...lanes.codes });
  return { ...runner, letGo };
}
