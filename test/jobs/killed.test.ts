import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it, type TestContext, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { runner } from '../../src/shared/root.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent, must, signUp } from '../support/factories.ts';
import { idle, jobs, openWorker } from '../support/jobs.ts';
import { startSmtp } from '../support/smtp.ts';

const script = path.join(import.meta.dirname, '../support/worker-process.ts');

/** A database and a mail server of the test's own: these tests wait a lot, so they wait together. */
async function open({ onTestFinished }: TestContext) {
  const database = await freshDatabase();
  const base = makeBase(database.url);
  const smtp = await startSmtp();
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await smtp.close();
    await base.db.$client.end();
    await database.drop();
  });
  const start = async (): Promise<ChildProcess> => {
    const args = [runner, script, database.url, smtp.url];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout!, 'data');
    return child;
  };
  return { base, smtp, start, another: () => openWorker(base, database.url, smtp.url) };
}

/** Registers somebody, and waits until the mail is on its way. */
async function mailInHand(base: Base): Promise<void> {
  must(await signUp(base, await makeEvent(base), 'Ann'));
  const locked = `select 1 from graphile_worker.jobs where locked_at is not null and task_identifier = 'mail_notice'`;
  await vi.waitUntil(async () => (await base.db.$client.query(locked)).rowCount === 1, 30_000);
}

const copies = [['ann@example.org']];

describe.concurrent('a worker that', { timeout: 90_000 }, () => {
  it('is killed in the middle of a mail is followed by another within 15 seconds, and one copy comes', async (t) => {
    const { base, smtp, start, another } = await open(t);
    const first = await start();
    smtp.answer.delay = 60_000;
    await mailInHand(base);
    const second = await another();
    // As long as the first one lives, nobody takes its job away.
    await sleep(4000);
    t.expect([await jobs(base, 'due'), smtp.received.length]).toEqual([1, 0]);
    smtp.answer.delay = 0;
    first.kill('SIGKILL');
    const killed = performance.now();
    await idle(base);
    t.expect(performance.now() - killed).toBeLessThan(15_000);
    await second.stop();
    t.expect(smtp.received.map((one) => one.to)).toEqual(copies);
    t.expect(await jobs(base, 'all')).toBe(0);
  });

  it('is asked to stop finishes what is in hand', async (t) => {
    const { base, smtp, start } = await open(t);
    const child = await start();
    smtp.answer.delay = 2000;
    await mailInHand(base);
    child.kill('SIGTERM');
    t.expect(await once(child, 'exit')).toEqual([0, null]);
    t.expect(smtp.received.map((one) => one.to)).toEqual(copies);
    t.expect(await jobs(base, 'all')).toBe(0);
  });

  it('cannot finish in time leaves the job to others, as if it had not begun it', async (t) => {
    const { base, smtp, start, another } = await open(t);
    const child = await start();
    smtp.answer.delay = 60_000;
    await mailInHand(base);
    const asked = performance.now();
    child.kill('SIGTERM');
    t.expect(await once(child, 'exit')).toEqual([0, null]);
    // What stops a service kills it after ten seconds.
    t.expect(performance.now() - asked).toBeLessThan(9500);
    const left = await base.db.$client.query(
      'select attempts, locked_by, last_error from graphile_worker.jobs',
    );
    t.expect(left.rows).toEqual([{ attempts: 0, locked_by: null, last_error: null }]);
    smtp.answer.delay = 0;
    const next = await another();
    await idle(base);
    await next.stop();
    t.expect(smtp.received.map((one) => one.to)).toEqual(copies);
  });
});
