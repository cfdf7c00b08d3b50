import { createHmac } from 'node:crypto';
import { type Config, ConfigError } from './config.ts';
import type { Db } from './db/client.ts';
import { changeSetting, isUsed, keepSetting, setting } from './db/settings.ts';
import { makeSecret, readSecret, secretFile } from './secret-file.ts';
import { t } from './words/words.ts';

/** By this the database knows the secret that its links were made with; it gives nothing of it away. */
export const markOf = (secret: string): string =>
  createHmac('sha256', secret).update('the secret of this site').digest('base64url');

/**
 * The secret to go on with: the one that is configured, or the file's, or at the very first start a new one. Throws a ConfigError
 * when it is not the one that the links in people's mailboxes were made with, or when that one is lost.
 */
export async function settledSecret(config: Config, db: Db): Promise<string> {
  const file = secretFile(config.dataDir);
  const mark = await setting(db, 'secret');
  // Looked for after the mark: whoever makes both at this moment makes the file first.
  const secret = config.secret || readSecret(config.dataDir);
  if (!secret && (mark || (await isUsed(db)))) throw new ConfigError(t('cli:secret.missing', { file }));
  const mine = secret || makeSecret(config.dataDir);
  const kept = mark ?? (await keepSetting(db, 'secret', markOf(mine)));
  if (kept === markOf(mine)) return mine;
  throw new ConfigError(t(config.secretIsSet ? 'cli:secret.other_set' : 'cli:secret.other_file', { file }));
}

/** From now on this is the secret: what was made with another one is dead. */
export const changeSecret = (db: Db, secret: string): Promise<void> =>
  changeSetting(db, 'secret', markOf(secret));
