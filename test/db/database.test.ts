import { expect, test } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { withClient } from '../support/postgres.ts';

test('databases for tests have the migrated schema and nothing of each other', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  await withClient(one.url, (client) => client.query('create table only_here ()'));
  expect(await tables(one.url)).toContain('only_here');
  expect(await tables(two.url)).toContain('events');
  expect(await tables(two.url)).not.toContain('only_here');
  await one.drop();
  await two.drop();
  await expect(tables(one.url)).rejects.toThrow(/does not exist/);
});

const tables = (url: string): Promise<string[]> =>
  withClient(url, async (client) => {
    const found = await client.query(`select tablename from pg_tables where schemaname = 'public'`);
    return found.rows.map((row) => row.tablename);
  });
