import type { Log } from '../log.ts';

/** Longer than any of our parts takes to finish, shorter than what kills us: 10 s. */
const longest = 9500;

/**
 * Resolves at SIGTERM or SIGINT, or when something was thrown or rejected that nobody caught; `exitCode` then says so, also of what is
 * thrown on the way out. A second signal ends at once.
 */
export async function untilAskedToStop(log: Log): Promise<void> {
  const why = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(kind, (error) => {
        failed = true;
        log.fatal({ err: error }, kind === 'uncaughtException' ? 'uncaught' : 'a promise failed unheard');
        resolve(kind);
      });
  });
  log.info({ why }, 'stopping');
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));
  setTimeout(() => {
    log.error('not everything was finished in time');
    process.exit(1);
  }, longest).unref();
}

let failed = false;

/** What the process ends with when all has stopped: a supervisor starts what failed again. */
export const exitCode = (): 0 | 1 => (failed ? 1 : 0);
