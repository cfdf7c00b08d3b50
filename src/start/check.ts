import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { lookAtDatabase } from '../db/fit.ts';
import { databaseMistake, folderMistake, portMistake } from '../mistakes.ts';

/** Looks at what an operator may have got wrong, before anything is loaded or started: throws a ConfigError. */
export async function check(config: Config): Promise<void> {
  if (config.roles.includes('web')) await checkPort(config);
  if (!config.databaseUrl || !config.smtpUrl) checkFolder(config);
  if (config.databaseUrl) await checkDatabase(config.databaseUrl);
}

/** Listens for a moment: the site does so for good only when its database is there. */
async function checkPort({ port, host }: Config): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    await new Promise((resolve) => server.close(resolve));
  } catch (error) {
    throw portMistake(error, { port, host }) ?? error;
  }
}

/** Writes as much as a disk that is not full takes. */
function checkFolder({ dataDir }: Config): void {
  const file = join(dataDir, 'room');
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, Buffer.alloc(256 * 1024));
    rmSync(file, { force: true });
  } catch (error) {
    throw folderMistake(error, dataDir) ?? error;
  }
}

async function checkDatabase(url: string): Promise<void> {
  try {
    await lookAtDatabase(url);
  } catch (error) {
    throw databaseMistake(error, url) ?? error;
  }
}
