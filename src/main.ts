import { openBase } from './base.ts';
import { ConfigError, readConfig } from './config.ts';
import { seedWhenNew } from './demo/seed.ts';
import { announce } from './start/announce.ts';
import { type Running, startRoles } from './start/roles.ts';
import { exitCode, untilAskedToStop } from './start/signals.ts';
import { t } from './words/words.ts';

// Starts the roles asked for: web, worker and bot, all three in one process unless ROLES says otherwise.

try {
  await main();
} catch (error) {
  console.error(sentence(error as NodeJS.ErrnoException));
  process.exit(1);
}

async function main(): Promise<void> {
  const config = readConfig();
  const opened = await openBase(config);
  let running: Running | undefined;
  try {
    if (opened.embedded) await seedWhenNew(opened.base, config.dataDir);
    running = await startRoles(config, opened);
    console.log(await announce(config, opened, running));
    await untilAskedToStop(opened.base.log);
  } finally {
    await running?.stop();
    await opened.close();
  }
  process.exit(exitCode());
}

/** What an operator can mend is one line; what is a bug is a stack. */
function sentence(error: NodeJS.ErrnoException): string {
  if (error instanceof ConfigError) return error.message;
  if (error.code === 'EADDRINUSE' || error.code === 'EACCES')
    return t('cli:port', { port: (error as { port?: number }).port });
  return error.stack ?? String(error);
}
