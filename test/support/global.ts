import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { databaseUrl, withClient } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server of this run, and the beginning of the names of its databases; `<prefix>template` has the real schema. */
    postgres: { url: string; prefix: string };
  }
}

/** One server for the run: TEST_DATABASE_URL (its role must be allowed to create databases), or the embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const prefix = `turnout_test_${randomBytes(4).toString('hex')}_`;
  const tearDown = async () => {
    await dropAll(server.url, prefix).finally(server.stop);
  };
  try {
    const template = `${prefix}template`;
    await withClient(server.url, (client) => client.query(`create database ${template}`));
    await migrate(databaseUrl(server.url, template));
    project.provide('postgres', { url: server.url, prefix });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-test-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const server = await startEmbedded(folder, { fsync: false, log: console.error });
    return { url: server.url, stop: () => server.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function dropAll(url: string, prefix: string): Promise<void> {
  await withClient(url, async (client) => {
    const found = await client.query('select datname from pg_database where starts_with(datname, $1)', [
      prefix,
    ]);
    for (const { datname } of found.rows)
      await client.query(`drop database if exists ${datname} with (force)`);
  });
}
