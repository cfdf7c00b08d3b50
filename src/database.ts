import { join } from 'node:path';
import type { Config } from './config.ts';
import { startEmbedded } from './db/embedded.ts';
import type { Log } from './log.ts';
import { embeddedMistake } from './mistakes.ts';

export type Database = {
  url: string;
  /** It is our own, below DATA_DIR. */
  embedded: boolean;
  stop(): Promise<void>;
};

/**
 * The database that is configured, else our own: started, or joined where another process has. Throws a ConfigError where that cannot be
 * done.
 */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  if (config.databaseUrl) return { url: config.databaseUrl, embedded: false, stop: async () => {} };
  const folder = join(config.dataDir, 'postgres');
  const { url, stop } = await startEmbedded(folder, { log: (line) => log.warn(line) }).catch((error) => {
    throw embeddedMistake(error, config.dataDir) ?? error;
  });
  return { url, embedded: true, stop };
}
