import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobs } from '../../src/cli/jobs.ts';
import { type Cli, Problem } from '../../src/cli/verb.ts';
import { readConfig } from '../../src/config.ts';
import type { Base } from '../../src/context.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, secret } from '../support/factories.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let cli: Cli;
const said: string[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  cli = {
    base,
    databaseUrl: database.url,
    embedded: false,
    close: async () => {},
    config: readConfig({ SECRET: secret }),
    ctx: asSystem(base),
    say: (line) => said.push(line),
  };
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

it('lists what waits, fails or is dead, and tries again', async () => {
  await jobs(cli, []);
  expect(said.splice(0)).toEqual(['No jobs wait.']);
  const add = async (attempts: number, error: string | null) => {
    const found = await base.db.$client.query(
      `with job as (select id from graphile_worker.add_job('tell', max_attempts => 18)) select id from job`,
    );
    await base.db.$client.query(
      'update graphile_worker._private_jobs set attempts = $2, last_error = $3 where id = $1',
      [found.rows[0].id, attempts, error],
    );
    return String(found.rows[0].id);
  };
  const ids = [await add(0, null), await add(2, 'a reason'), await add(18, 'another')];
  await jobs(cli, []);
  expect(said.splice(0)).toEqual([
    expect.stringMatching(new RegExp(`^${ids[0]}  tell  tries 0/18  next \\S+Z$`)),
    expect.stringMatching(new RegExp(`^${ids[1]}  tell  tries 2/18  next \\S+Z  a reason$`)),
    `${ids[2]}  tell  tries 18/18  next dead  another`,
  ]);
  await jobs(cli, ['retry', 'all']);
  await jobs(cli, ['retry', ids[1]!]);
  expect(said).toEqual(['Will be tried again: 1.', 'Will be tried again: 1.']);
  const left = await base.db.$client.query('select sum(attempts)::int n from graphile_worker.jobs');
  expect(left.rows[0].n).toBe(0);
  await expect(jobs(cli, ['retry', '999'])).rejects.toThrow(Problem);
  await expect(jobs(cli, ['retry'])).rejects.toThrow(Problem);
});
