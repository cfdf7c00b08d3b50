import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { databaseUrl, withClient } from './postgres.ts';

/**
 * A database of this run's server with the migrated schema and no rows, about 50 ms: one for a test file, in `beforeAll`.
 * What is not dropped goes at the end of the run.
 */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { url, prefix } = inject('postgres');
  const name = `${prefix}${randomBytes(4).toString('hex')}`;
  await withClient(url, (client) => createFrom(client, `${prefix}template`, name));
  const drop = async () => {
    await withClient(url, (client) => dropped(client, name));
  };
  return { url: databaseUrl(url, name), drop };
}

type Client = { query(sql: string): Promise<unknown> };

/** Postgres refuses while its own autovacuum is in there, which nobody may end: that passes. */
async function dropped(client: Client, name: string, tries = 50): Promise<void> {
  try {
    await client.query(`drop database if exists ${name} with (force)`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501' || tries === 0) throw error;
    await sleep(100);
    await dropped(client, name, tries - 1);
  }
}

/** Postgres refuses to copy a template while anybody is connected to it, even autovacuum: that passes. */
async function createFrom(client: Client, template: string, name: string, tries = 50): Promise<void> {
  try {
    await client.query(`create database ${name} template ${template}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '55006' || tries === 0) throw error;
    await sleep(100);
    await createFrom(client, template, name, tries - 1);
  }
}
