import type { Config } from '../config.ts';
import { openDatabase } from '../database.ts';
import { makeLog } from '../log.ts';
import { announcement } from './announce.ts';
import { keepChild, Mistake } from './child.ts';
import { exitCode, untilAskedToStop } from './signals.ts';

/**
 * Looks after a process a role and owns the embedded database: what ends unasked is started again. Ends with 1 when one could not be
 * started by an operator's mistake, which that one has said.
 */
export async function lookAfter(config: Config): Promise<void> {
  const log = makeLog(config.logLevel);
  const database = openDatabase(config, log);
  const [head = 'web', ...others] = config.roles;
  // The pages first, of which people wait; the others have the processor after that.
  const children = [keepChild(head, { database, log, seeds: true })];
  let mistaken = false;
  try {
    await database;
    const parts = [await children[0]!.ready];
    children.push(...others.map((role) => keepChild(role, { database, log })));
    parts.push(...(await Promise.all(children.slice(1).map((child) => child.ready))));
    console.log(announcement(config.roles, parts));
    await untilAskedToStop(log);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    mistaken = true;
  }
  const inOrder = await Promise.all(children.map((child) => child.stop()));
  await (await database).stop();
  process.exit(mistaken || !inOrder.every(Boolean) ? 1 : exitCode());
}
