import type pg from 'pg';
import { postmasterOf, type Role, type Site } from './site.ts';

export const targets = ['web', 'worker', 'bot', 'backend', 'postmaster', 'tree', 'parent'] as const;
export type Target = (typeof targets)[number];

/** Kills one (-9). A database that is not ours has its connections ended by its own function: 16 of them, whatever they do. */
export async function kill(
  site: Site,
  target: Target,
  dataDir: string | undefined,
  db: pg.Pool,
): Promise<void> {
  switch (target) {
    case 'web':
    case 'worker':
    case 'bot':
      return killed(site.pidOf(target satisfies Role));
    case 'tree':
      return site.killTree();
    case 'parent':
      return site.killParent();
    case 'postmaster':
      return killed(dataDir ? postmasterOf(dataDir) : undefined);
    case 'backend':
      return killBackend(dataDir !== undefined, db);
  }
}

async function killBackend(local: boolean, db: pg.Pool): Promise<void> {
  const found = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name like 'turnout%' and pid <> pg_backend_pid()
      and datname = current_database() order by state = 'active' desc, random() limit 1`,
  );
  const pid = found.rows[0]?.pid;
  if (local) killed(pid);
  else if (pid) await db.query('select pg_terminate_backend($1)', [pid]);
}

function killed(pid: number | undefined): void {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended already, by the kill before.
  }
}
