import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import type { Reply } from '../../src/shared/chat.ts';

export type Said = { address: string; key: string; reply: Reply };

/** A worker with every role, that mails to a server or into a new folder and keeps what it says to chat addresses. */
export async function openWorker(
  base: Base,
  databaseUrl: string,
  smtpUrl?: string,
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-mail-')),
) {
  const said: Said[] = [];
  const worker = await startWorker(base, {
    databaseUrl,
    roles: ['worker', 'bot'],
    mailer: makeMailer({ smtpUrl, folder, from: 'Turnout <hello@turnout.example>' }),
    deliver: async (address, key, reply) => {
      said.push({ address, key, reply });
    },
    pollInterval: 100,
  });
  return { ...worker, said, folder };
}

/** Waits until no job is in hand and none is due. */
export async function idle(base: Base, timeout = 30_000): Promise<void> {
  await vi.waitFor(async () => expect(await jobs(base, 'due')).toBe(0), { timeout, interval: 25 });
}

/** Makes what has failed due now: a test does not wait for the backoff. */
export const hurry = (base: Base) =>
  base.db.$client.query(
    'update graphile_worker._private_jobs set run_at = now() where locked_at is null and attempts < max_attempts',
  );

const conditions = {
  due: 'attempts < max_attempts and (locked_at is not null or run_at <= now()) or locked_at is not null',
  failed: 'attempts > 0 and locked_at is null',
  dead: 'attempts >= max_attempts and locked_at is null',
  all: 'true',
};

export async function jobs(base: Base, which: keyof typeof conditions): Promise<number> {
  const found = await base.db.$client.query(
    `select count(*)::int n from graphile_worker.jobs where ${conditions[which]}`,
  );
  return found.rows[0].n;
}
