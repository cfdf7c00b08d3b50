import type pg from 'pg';
import { killed } from '../test/support/family.ts';
import { isReady, type Role, roles, type Site, waitUntil } from './site.ts';

export const targets = [
  'web',
  'worker',
  'bot',
  'connection',
  'backend',
  'postmaster',
  'tree',
  'parent',
] as const;
export type Target = (typeof targets)[number];

/** What is killed, and from when until when the site was not whole: `Date.now()`. */
export type Kill = { target: Target; from: number; to: number };

export type Victim = {
  site: Site;
  db: pg.Pool;
  /** Of a Postgres that runs here and is ours to kill. */
  postmaster?(): number | undefined;
};

/** Of a database that is not ours only connections are broken, by its own function. */
export const allowed = ({ postmaster }: Pick<Victim, 'postmaster'>, only: readonly Target[] = targets) =>
  only.filter((one) => postmaster || (one !== 'postmaster' && one !== 'backend'));

/**
 * Kills one (-9), and comes back when all is there again: a process of each role, the killed ones new, /readyz says so, those
 * that work give their sign of life, and somebody has been told of what they asked for since (`lastDone`: when that had been sent).
 * Throws after two minutes.
 */
export async function strike(victim: Victim, target: Target, lastDone: () => number): Promise<Kill> {
  const { site, db, postmaster } = victim;
  const before = roles.map(site.pidOf);
  const server = postmaster?.();
  const from = Date.now();
  await hit(victim, target);
  const since = performance.now();
  const isNew = (role: Role, n: number) => target !== role || site.pidOf(role) !== before[n];
  const whole = async () =>
    roles.every((role, n) => site.pidOf(role) !== undefined && isNew(role, n)) &&
    (target !== 'postmaster' || ![undefined, server].includes(postmaster?.())) &&
    lastDone() > since &&
    (await isReady(site.url)) &&
    (await workersOf(db)) >= 2;
  await waitUntil(whole, 120_000, () => `not back after ${target}: ${site.log().slice(-3_000)}`);
  return { target, from, to: Date.now() };
}

/** Worker and bot each hold a session for as long as they live (src/jobs/lifeline.ts). */
const workersOf = (db: pg.Pool): Promise<number> =>
  db
    .query<{ n: number }>(
      `select count(*)::int n from pg_stat_activity where application_name = 'turnout life' and datname = current_database()`,
    )
    .then(
      ({ rows }) => rows[0]!.n,
      () => 0,
    );

async function hit({ site, db, postmaster }: Victim, target: Target): Promise<void> {
  switch (target) {
    case 'web':
    case 'worker':
    case 'bot':
      return killed(site.pidOf(target));
    case 'tree':
      return site.killTree();
    case 'parent':
      return site.killParent();
    case 'postmaster':
      return killed(postmaster?.());
    case 'backend':
      return killed(await busy(db));
    case 'connection':
      await db.query('select pg_terminate_backend($1)', [await busy(db)]);
  }
}

/** The server process of a connection that somebody has on loan, where there is one just now. */
async function busy(db: pg.Pool): Promise<number | undefined> {
  const found = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name like 'turnout%' and pid <> pg_backend_pid()
      and datname = current_database() order by state <> 'idle' desc, random() limit 1`,
  );
  return found.rows[0]?.pid;
}
