import type { Log } from '../log.ts';

/** Longer than any of our parts takes to finish, shorter than what kills us: 10 s. */
const longest = 9500;

/** Resolves at SIGTERM or SIGINT, or when something was thrown that nobody caught. A second signal ends at once. */
export async function untilAskedToStop(log: Log): Promise<void> {
  const why = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    process.once('uncaughtException', (error) => {
      log.fatal({ err: error }, 'uncaught');
      process.exitCode = 1;
      resolve('uncaught');
    });
  });
  log.info({ why }, 'stopping');
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));
  setTimeout(() => {
    log.error('not everything was finished in time');
    process.exit(1);
  }, longest).unref();
}
