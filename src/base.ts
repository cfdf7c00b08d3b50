import type { Config } from './config.ts';
import type { Base } from './context.ts';
import { type Database, openDatabase } from './database.ts';
import { connect } from './db/client.ts';
import { type Limits, usual } from './db/connection.ts';
import { migrate } from './db/migrate.ts';
import { type Log, makeLog } from './log.ts';
import { databaseMistake, folderMistake } from './mistakes.ts';
import { settledSecret } from './secret.ts';

export type Opened = {
  base: Base;
  databaseUrl: string;
  /** The database is our own, below DATA_DIR. */
  embedded: boolean;
  close(): Promise<void>;
};

type Ways = {
  /** Opened already, by whoever looks after this process. */
  database?: Database;
  settle?: typeof settledSecret;
  /** How long its statements may take. */
  limits?: Limits;
};

/**
 * What every process of Turnout begins with: the database, there and up to date, the secret, which is the config's from then on, and the
 * context for commands. Throws a ConfigError for what an operator can mend.
 */
export async function openBase(
  config: Config,
  { database: given, settle = settledSecret, limits = usual }: Ways = {},
): Promise<Opened> {
  const log = makeLog(config.logLevel);
  const database = given ?? (await openDatabase(config, log));
  try {
    await prepare(database.url, log);
    let closing = false;
    const lost = (error: Error) => {
      // The pool does not wait for its sockets to close: those that the server then cuts are not lost.
      if (!closing) log.warn({ err: error }, 'a database connection was lost');
    };
    const db = connect(database.url, lost, undefined, limits);
    config.secret = await settle(config, db).catch(async (error) => {
      await db.$client.end();
      throw folderMistake(error, config.dataDir) ?? error;
    });
    const base = { db, now: () => new Date(), log, secret: config.secret, baseUrl: config.baseUrl };
    const close = async () => {
      closing = true;
      await db.$client.end();
      await database.stop();
    };
    return { base, databaseUrl: database.url, embedded: database.embedded, close };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function prepare(url: string, log: Log): Promise<void> {
  const waiting = () => log.warn('waits for another process that migrates the database');
  try {
    await migrate(url, { waiting });
  } catch (error) {
    throw databaseMistake(error, url) ?? error;
  }
}
