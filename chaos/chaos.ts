import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { addressOf, urlOf } from '../src/db/embedded/address.ts';
import { startSmtp } from '../test/support/smtp.ts';
import { checkMails, checkRows, checkTold, type Fault } from './checks.ts';
import { type Load, startLoad } from './clients.ts';
import { kill, type Target, targets } from './kills.ts';
import { seeded } from './random.ts';
import { isReady, startSite, waitUntil } from './site.ts';
import { makeWorld, openPool } from './world.ts';

export type Options = {
  seed: number;
  kills: number;
  people: number;
  /** Absent: an embedded one in a folder of its own. */
  databaseUrl?: string;
  only?: readonly Target[];
  /** More settings of the site. */
  env?: Record<string, string>;
  /** Told what has just been killed. */
  tell?(line: string): void;
  /** Done to the rows before they are checked: what the checks are to find. */
  plant?(db: pg.Pool, load: Load): Promise<unknown>;
};
export type Outcome = {
  faults: Fault[];
  /** Milliseconds from each kill until the site was ready again. */
  back: Record<string, number[]>;
  counts: Record<string, number>;
  jobsDone: number;
  mails: { sent: number; copies: number };
};

/** Starts a site, has people use it, kills its parts one after the other, and compares what is left with what was said. */
export async function chaos(options: Options): Promise<Outcome> {
  const random = seeded(options.seed);
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-chaos-'));
  const smtp = await startSmtp();
  const database: Record<string, string> = options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {};
  const site = await startSite({ DATA_DIR: folder, SMTP_URL: smtp.url, ...database, ...options.env });
  const url = options.databaseUrl ?? urlOf(await addressOf(path.join(folder, 'postgres'), undefined));
  const db = openPool(url);
  try {
    const world = await makeWorld(site.url, url, db, options.seed);
    const load = startLoad(world, seeded(options.seed + 1), options.people);
    const back: Outcome['back'] = {};
    const faults: Fault[] = [];
    const allowed = (options.only ?? targets).filter((one) => one !== 'postmaster' || !options.databaseUrl);
    for (let n = 0; n < options.kills; n++) {
      await sleep(500 + random.below(2_500));
      // Each kind in turn, then by chance: none is left out.
      const target = n < allowed.length ? allowed[n]! : random.of(allowed);
      const before = (['web', 'worker', 'bot'] as const).map(site.pidOf);
      await kill(site, target, options.databaseUrl ? undefined : folder, db).catch(() => {});
      await sleep(50);
      const whole = async () => {
        const now = (['web', 'worker', 'bot'] as const).map(site.pidOf);
        const gone = { web: 0, worker: 1, bot: 2 }[target as 'web'];
        return (
          now.every(Boolean) &&
          (gone === undefined || now[gone] !== before[gone]) &&
          (await isReady(site.url))
        );
      };
      const took = await waitUntil(
        whole,
        90_000,
        () => `not back after ${target}: ${site.log().slice(-3_000)}`,
      );
      back[target] = [...(back[target] ?? []), took];
      options.tell?.(`${n + 1}. ${target}: ready again after ${took} ms`);
    }
    await load.stop();
    const jobsDone = await waitUntil(
      () => isIdle(db),
      60_000,
      () => 'jobs',
    ).catch(() => 60_000);
    await options.plant?.(db, load);
    faults.push(...(await checkRows(db)), ...(await checkTold(db, load, world.camp.slug)));
    const mails = checkMails(
      smtp.received.map((one) => one.mail.messageId ?? ''),
      options.kills,
    );
    faults.push(...mails.faults);
    faults.push(
      ...site.unasked().map((code) => ({ rule: 'nobody ends unasked', what: `the parent, with ${code}` })),
    );
    const code = await site.stop();
    if (code !== 0) faults.push({ rule: 'it ends in order', what: `code ${code}` });
    const sent = { sent: smtp.received.length, copies: mails.copies };
    return { faults, back, counts: load.counts, jobsDone, mails: sent };
  } finally {
    await db.end();
    await site.stop();
    await smtp.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** No job is due or in hand; what the chat cannot deliver is tried again later. */
const isIdle = (db: pg.Pool): Promise<boolean> =>
  db
    .query(
      `select 1 from graphile_worker.jobs where locked_at is not null or (run_at < now() and last_error is null)`,
    )
    .then(
      ({ rowCount }) => rowCount === 0,
      () => false,
    );
