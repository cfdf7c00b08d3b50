import { readConfig } from './config.ts';
import { check } from './start/check.ts';
import { fail } from './start/failure.ts';

// Starts the roles asked for. One alone is this process; of several each has a process of its own, and this one looks after them.

try {
  const config = readConfig();
  await check(config);
  // The parent needs nothing of what its children load.
  if (config.roles.length > 1) await (await import('./start/parent.ts')).lookAfter(config);
  else await (await import('./start/alone.ts')).runAlone(config);
} catch (error) {
  fail(error);
}
