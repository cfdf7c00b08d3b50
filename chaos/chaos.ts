import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, urlOf } from '../src/db/embedded/address.ts';
import { leftOf } from '../test/support/family.ts';
import { startSmtp } from '../test/support/smtp.ts';
import { checkRows, checkTold, type Fault } from './checks.ts';
import { startLoad } from './clients.ts';
import { isIdle, type Waited, watchJobs } from './jobs.ts';
import { allowed, type Kill, strike, type Target, type Victim } from './kills.ts';
import { checkMails, mailOf, noticesOf } from './mails.ts';
import type { Plant } from './plants.ts';
import { seeded } from './random.ts';
import { postmasterOf, startServer } from './server.ts';
import { startSite, waitUntil } from './site.ts';
import { makeWorld, openPool } from './world.ts';

export type Options = {
  seed: number;
  kills: number;
  /** After so many milliseconds nothing more is killed. */
  longest?: number;
  people: number;
  /** A database that may be filled; a folder with Postgres' programs, of which a server is started; else the embedded one. */
  databaseUrl?: string;
  binaries?: string;
  only?: readonly Target[];
  /** So long after the last request no job may be left. Milliseconds. */
  patience?: number;
  /** The longest pause between two kills. Milliseconds. */
  pause?: number;
  /** More settings of the site. */
  env?: Record<string, string>;
  /** Told what has just been killed. */
  tell?(line: string): void;
  /** Done to what is there before it is checked: what the checks are to find. */
  plant?: Plant['plant'];
};
export type Outcome = {
  faults: Fault[];
  kills: Kill[];
  counts: Record<string, number>;
  /** Until no job was left after the last request, and the longest that one had to wait on the way. Milliseconds. */
  jobs: { done: number; waited: Waited };
  mails: { sent: number; copies: number; most: number };
};

/** Starts a site, has people use it, kills its parts one after the other, and compares what is left with what was said. */
export async function chaos(options: Options): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-chaos-'));
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  try {
    return await inFolder(folder, options, ends);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function inFolder(
  folder: string,
  options: Options,
  ends: (() => Promise<unknown>)[],
): Promise<Outcome> {
  const { seed } = options;
  const smtp = await startSmtp();
  ends.push(smtp.close);
  const server = options.binaries
    ? await startServer(options.binaries, path.join(folder, 'server'))
    : undefined;
  if (server) ends.push(server.stop);
  const given = options.databaseUrl ?? server?.url;
  const dataDir = path.join(folder, 'site');
  const site = await startSite({
    ...{ DATA_DIR: dataDir, SMTP_URL: smtp.url, ...options.env },
    ...(given && { DATABASE_URL: given }),
  });
  ends.push(site.stop);
  const home = path.join(dataDir, 'postgres');
  const url = given ?? urlOf(await addressOf(home, undefined));
  const db = openPool(url);
  ends.push(() => db.end());
  const embedded = given ? undefined : () => postmasterOf(path.join(home, 'data'));
  const world = await makeWorld(site.url, url, db, seed);
  const load = startLoad(world, seeded(seed + 1), options.people);
  ends.push(load.stop);
  const jobs = watchJobs(db);
  ends.push(jobs.stop);

  const kills = await killAll(
    { site, db, postmaster: server?.postmaster ?? embedded },
    options,
    () => load.notes.lastDone,
  );
  await load.stop();
  const late = () => 'jobs are not done in time';
  const { patience = 60_000 } = options;
  const done = await waitUntil(() => isIdle(db), patience, late).catch(() => patience);
  await jobs.stop();
  const mails = smtp.received.map(mailOf);
  await options.plant?.({ db, ...load, mails });
  const mailed = checkMails(mails, kills, load.told);
  for (const fault of mailed.faults)
    fault.what += `; on file: ${await noticesOf(db, fault.what.split(':')[0]!)}`;
  const faults = [
    ...(await checkRows(db)),
    ...(await checkTold(db, load, world.camp.slug)),
    ...mailed.faults,
    ...load.notes.faults,
    ...(await checkEnd(site)),
  ];
  const sent = { sent: mails.length, copies: mailed.copies, most: mailed.most };
  return { faults, kills, counts: load.notes.counts, jobs: { done, waited: jobs.waited() }, mails: sent };
}

async function killAll(victim: Victim, options: Options, lastDone: () => number): Promise<Kill[]> {
  const { pause = 3_000, longest = Number.POSITIVE_INFINITY, tell } = options;
  const until = performance.now() + longest;
  const random = seeded(options.seed);
  const kinds = allowed(victim, options.only);
  const kills: Kill[] = [];
  for (let n = 0; n < options.kills && performance.now() < until; n++) {
    await sleep(pause / 6 + random.below((pause * 5) / 6));
    // Each kind in turn, then by chance: none is left out.
    const target = n < kinds.length ? kinds[n]! : random.of(kinds);
    const kill = await strike(victim, target, lastDone);
    kills.push(kill);
    tell?.(`${n + 1}. ${target}: all there again after ${kill.to - kill.from} ms`);
  }
  return kills;
}

/** Whoever ended unasked, an end that was not in order, and who is left behind. */
async function checkEnd(site: Victim['site']): Promise<Fault[]> {
  const unasked = site.unasked().map((code) => `the parent, with ${code}`);
  const family = site.family();
  const code = await site.stop();
  return [
    ...unasked.map((what) => ({ rule: 'nobody ends unasked', what })),
    ...(code === 0 ? [] : [{ rule: 'it ends in order', what: `code ${code}` }]),
    ...leftOf(family).map(({ command }) => ({ rule: 'nobody is left behind', what: command })),
  ];
}
