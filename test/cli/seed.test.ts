import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { restore } from '../../src/cli/restore.ts';
import { seed } from '../../src/cli/seed.ts';
import { type Cli, Problem } from '../../src/cli/verb.ts';
import { readConfig } from '../../src/config.ts';
import type { Base } from '../../src/context.ts';
import { seedDemo } from '../../src/demo/seed.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, makeEvent, secret, signUp } from '../support/factories.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-seed-'));
let base: Base;
let database: { url: string; drop(): Promise<void> };
let cli: Cli;
const said: string[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  cli = {
    ...{ base, databaseUrl: database.url, embedded: true, close: async () => {}, ctx: asSystem(base) },
    config: readConfig({ SECRET: secret, DATA_DIR: folder, BASE_URL: 'https://events.example.org' }),
    say: (line) => said.push(line),
  };
  await seedDemo(base);
}, 60_000);
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const query = async (text: string, values: unknown[] = []) =>
  (await base.db.$client.query(text, values)).rows;

/** What is in every table, and in the queue, as sums of its text: the same before and after. */
async function everything(): Promise<Record<string, string>> {
  const tables = await query(
    `select tablename name from pg_tables where schemaname = 'public' and tablename <> 'settings' order by 1`,
  );
  const sum = (rows: string, from: string) =>
    query(
      `select count(*) || ' ' || coalesce(md5(string_agg(${rows}, '' order by ${rows})), '') sum from ${from} t`,
    );
  const all = [
    ...tables.map(({ name }) => ({ name, rows: 't::text', from: `public.${name}` })),
    {
      ...{ name: 'jobs', from: 'graphile_worker.jobs' },
      rows: `concat_ws('|', task_identifier, run_at, key, priority, max_attempts)`,
    },
  ];
  const sums = await Promise.all(all.map(({ rows, from }) => sum(rows, from)));
  return Object.fromEntries(all.map(({ name }, n) => [name, sums[n]![0].sum]));
}

const empty = (...more: string[]) => seed(cli, ['--empty', ...more]);
const refused = (run: Promise<unknown>) =>
  run.then(
    () => 'it was done',
    (error) => (error instanceof Problem ? error.message : Promise.reject(error)),
  );

it('removes nothing unasked, nor by the wrong name, also of the demo', async () => {
  const before = await everything();
  expect(await refused(empty())).toContain('--yes events.example.org');
  expect(said.splice(0).join()).toMatch(/removes from events.example.org: 6 events,.* 313 registrations/);
  expect(await refused(empty('--yes', 'events.example.com'))).toContain('not “events.example.com”');
  cli.ask = async () => 'yes';
  expect(await refused(empty())).toContain('not “yes”');
  expect(await refused(seed(cli, ['demo', '--empty', '--yes', '']))).toContain('Nothing was done');
  cli.ask = undefined;
  expect(await everything()).toEqual(before);
  expect(readdirSync(folder)).not.toContain('dumps');
});

it('tells the demo from what people have made or changed, and refuses to remove that', async () => {
  const event = await makeEvent(base, { name: 'A real dinner' });
  await signUp(base, event, 'Ann');
  await signUp(base, { slug: 'barcamp-ne-spring' }, 'Ann');
  await query(`update events set capacity = 181, version = version + 1 where slug = 'thinking-web'`);
  // What happens by itself, or to whoever looks around, is no change.
  await query(
    `update registrations set cancelled_by = 'lapsed', state = 'cancelled' where id = (select min(id) from registrations)`,
  );
  await query(`update people set verified_at = now() where email = 'organiser@example.org'`);
  const before = await everything();
  expect(await refused(empty('--yes', 'events.example.org'))).toMatch(
    /not only the demo: 2 events, 1 registration, 1 person have.*--everything.*events\.example\.org/,
  );
  expect(await everything()).toEqual(before);
});

it('removes it all when told so by name, after a dump for the owner alone, which brings all of it back', {
  timeout: 60_000,
}, async () => {
  await query(`update events set description = $1 where slug = 'thinking-web'`, [
    'a\tb\nc \\ d \u2028 e \\. \\N ü 🍞\n\\.\n',
  ]);
  await query(`insert into images (type, bytes) values ('image/png', $1)`, [
    Buffer.from([0, 255, 10, 92, 46]),
  ]);
  const before = await everything();
  said.splice(0);
  cli.ask = async () => ' Events.example.org ';
  await empty('--everything');
  cli.ask = undefined;
  expect(await query('select 1 from people union all select 1 from events')).toEqual([]);
  const [name] = readdirSync(path.join(folder, 'dumps'));
  const file = path.join(folder, 'dumps', name!);
  expect(said.join('\n')).toContain(file);
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readFileSync(file, 'utf8')).toContain('A real dinner');
  await restore(cli, [file]);
  expect(await everything()).toEqual(before);
  // Numbers go on where they were.
  expect((await makeEvent(base, { name: 'The next one' })).id).toBeGreaterThan(7);
  expect(await refused(restore(cli, [file]))).toContain('Nothing was changed');
});
