import { openBase } from '../base.ts';
import type { Config } from '../config.ts';
import { seedWhenNew } from '../demo/seed.ts';
import { announcement } from './announce.ts';
import { partOf } from './part.ts';
import { startRoles } from './roles.ts';
import { exitCode, untilAskedToStop } from './signals.ts';

/** One process for all that is configured, with its database. */
export async function runAlone(config: Config): Promise<void> {
  const opened = await openBase(config);
  try {
    if (opened.embedded) await seedWhenNew(opened.base, config.dataDir);
    const running = await startRoles(config, opened);
    try {
      console.log(announcement(config.roles, [await partOf(config, opened, running)]));
      await untilAskedToStop(opened.base.log);
    } finally {
      await running.stop();
    }
  } finally {
    await opened.close();
  }
  process.exit(exitCode());
}
