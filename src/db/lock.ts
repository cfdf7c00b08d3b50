import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Unfit } from './fit.ts';

export type Waiting = {
  /** Told after some seconds that another process is waited for. */
  waiting?: () => void;
  /** How long that is, and how long it is waited for at all. Milliseconds. */
  patience?: { quiet: number; longest: number };
};

/**
 * Takes an advisory lock for the session; it ends with that at the latest. Asks again and again, as a statement that waits would hold its
 * connection for as long as the other one takes. Throws an `Unfit` when that is too long.
 */
export async function takeLock(
  client: pg.ClientBase,
  lock: number,
  { waiting, patience = { quiet: 3_000, longest: 60_000 } }: Waiting = {},
): Promise<void> {
  const since = performance.now();
  let told = false;
  while (!(await isMine(client, lock))) {
    const waited = performance.now() - since;
    if (waited > patience.longest) throw new Unfit('locked');
    if (waited > patience.quiet && !told) {
      told = true;
      waiting?.();
    }
    await sleep(100);
  }
}

const isMine = async (client: pg.ClientBase, lock: number): Promise<boolean> =>
  (await client.query('select pg_try_advisory_lock($1) mine', [lock])).rows[0].mine;
