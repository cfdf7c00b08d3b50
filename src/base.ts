import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Base } from './context.ts';
import { connect } from './db/client.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { makeLog } from './log.ts';
import { settledSecret } from './secret.ts';

export type Opened = {
  base: Base;
  databaseUrl: string;
  /** The database is our own, below DATA_DIR. */
  embedded: boolean;
  close(): Promise<void>;
};

/**
 * What every process of Turnout begins with: the database, there and up to date, the secret, which is the config's from then on, and the
 * context for commands. Throws a ConfigError for what an operator can mend.
 */
export async function openBase(config: Config, settle = settledSecret): Promise<Opened> {
  const log = makeLog(config.logLevel);
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded(join(config.dataDir, 'postgres'), { log: (line) => log.warn(line) });
  const databaseUrl = config.databaseUrl ?? embedded!.url;
  try {
    await migrate(databaseUrl);
    let closing = false;
    const lost = (error: Error) => {
      // The pool does not wait for its sockets to close: those that the server then cuts are not lost.
      if (!closing) log.warn({ err: error }, 'a database connection was lost');
    };
    const db = connect(databaseUrl, lost);
    config.secret = await settle(config, db).catch(async (error) => {
      await db.$client.end();
      throw error;
    });
    const base = { db, now: () => new Date(), log, secret: config.secret, baseUrl: config.baseUrl };
    const close = async () => {
      closing = true;
      await db.$client.end();
      await embedded?.stop();
    };
    return { base, databaseUrl, embedded: embedded !== undefined, close };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
