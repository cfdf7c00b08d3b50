import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the secret of a site is whose operator has set none. */
export const secretFile = (dataDir: string): string => join(dataDir, 'secret');

/** What is in the file; undefined when there is none, or nothing that could be a secret. */
export function readSecret(dataDir: string): string | undefined {
  try {
    const text = readFileSync(secretFile(dataDir), 'utf8').trim();
    return text.length >= 32 ? text : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes the file, whole or not at all; of processes that do so at once one wins for all. Gives what is in it then. */
export function makeSecret(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  const file = secretFile(dataDir);
  const part = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(part, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
  try {
    linkSync(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // A file that holds no secret, as a full disk leaves one behind.
    if (readSecret(dataDir) === undefined) renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  return readSecret(dataDir)!;
}

/** Puts a secret aside, so that a new one can be made; gives the file's name, if there was one. */
export function putSecretAside(dataDir: string): string | undefined {
  const file = secretFile(dataDir);
  const kept = `${file}.before-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  try {
    renameSync(file, kept);
    return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
