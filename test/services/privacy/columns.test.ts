import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../../../src/services/privacy/queries.ts';
import { forgetMe } from '../../../src/services/registrations/forgetting.ts';
import { canary, makeZq, type Zq } from '../../support/canary.ts';
import { columns } from '../../support/columns.ts';
import { must } from '../../support/factories.ts';
import { idle, openWorker } from '../../support/jobs.ts';
import { openSite, type TestSite } from '../../support/site.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-canary-'));
let site: TestSite;
let zq: Zq;
beforeAll(async () => {
  site = await openSite({ mailbox: folder });
  zq = await makeZq(site);
  await work();
  await plant();
}, 60_000);
afterAll(() => site.close());

const query = async (text: string, values: unknown[] = []) =>
  (await site.base.db.$client.query(text, values)).rows;

/** Mail goes to files. */
async function work() {
  const worker = await openWorker(site.base, site.url, undefined, folder);
  await idle(site.base);
  await worker.stop();
}

type Column = { table: string; column: string };

/** Every column of every table that can hold a text, the queue's and the migrations' included. */
const textColumns = (): Promise<Column[]> =>
  query(`select c.table_schema || '.' || c.table_name "table", c.column_name "column"
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
      and (c.data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'xml', 'bytea')
        or c.udt_name in ('_text', '_varchar', '_jsonb', 'tsvector', 'citext', 'hstore'))
    order by 1, c.ordinal_position`);

const decision = ({ table, column }: Column) => columns[table]?.[column]?.[0];

/** What no door lets anybody say, or what is gone again in a moment. */
async function plant() {
  const her = zq.person;
  const mark = (what: string) => `${canary}-${what}`;
  await query('update people set zone = $1, muted = array[$1], language = $1 where id = $2', [
    mark('set'),
    her,
  ]);
  await query('update addresses set language = $1 where person_id = $2', [mark('set'), her]);
  await query(
    `update members set choices = jsonb_build_object('main', $1::text), diets = array[$1::text]
    where registration_id in (select id from registrations where person_id = $2)`,
    [mark('dish'), her],
  );
  await query(
    `update sessions set request_key = $1 where id in (select session_id from session_hosts where person_id = $2)
    and title like 'zq%'`,
    [mark('key'), her],
  );
  await query(
    'update grid_changes set request_key = $1 where id = (select min(id) from grid_changes where person_id = $2)',
    [mark('key'), her],
  );
  await query(
    `update notices set key = $1 || id, data = jsonb_build_object('job', $1::text) where person_id = $2`,
    [mark('key'), her],
  );
  await query('update chat_codes set hash = $1 where person_id = $2', [mark('hash'), her]);
  await query(`insert into chat_codes (hash, email, expires_at) values ('', $1, now())`, [
    `${canary}@example.org`,
  ]);
  await query(`insert into web_sessions (sid, sess, expire) values ($1, $2, now() + interval '1 day')`, [
    mark('sid'),
    { personId: her, said: mark('sess') },
  ]);
  await query(`insert into chat_messages (address, key, author, text) values ($1, 'k', 'person', 'hello')`, [
    `xmpp:${mark('home@chat.example')}`,
  ]);
  await query('update gateway_users set network = $1', [mark('network')]);
  await query(`update chat_messages set key = $1 || id, choices = $2, asks = $2 where address = $3`, [
    ...[mark('key'), JSON.stringify([{ value: 'x', label: mark('choice') }])],
    `web:person-${her}`,
  ]);
  await query(
    `update inbox set key = $1 where ctid = (select ctid from inbox where address like '%zqcanary-home%' limit 1)`,
    [mark('key')],
  );
  await query(
    `select graphile_worker.add_job('mail_data', json_build_object('person', $1::int, 'said', $2::text), job_key => $2, run_at => now() + interval '1 day')`,
    [her, mark('payload')],
  );
  await query(`update graphile_worker._private_jobs set last_error = $1 where key = $1`, [mark('payload')]);
}

/** Where the canary stands, as `table.column`. */
async function standing(): Promise<string[]> {
  const all = await textColumns();
  const found = await Promise.all(
    all.map(async (one) => {
      const text = one.table === 'public.images' ? "encode(bytes, 'escape')" : `"${one.column}"::text`;
      const [row] = await query(`select exists (select 1 from ${one.table} where ${text} ilike $1) there`, [
        `%${canary}%`,
      ]);
      return row.there ? [`${one.table}.${one.column}`] : [];
    }),
  );
  return found.flat();
}

const filesWith = (text: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && readFileSync(path.join(one.parentPath, one.name)).includes(text))
    .map((one) => one.name);

describe('every column that holds text', () => {
  it('has a decision, and every decision has a column', async () => {
    const all = await textColumns();
    const undecided = all.filter((one) => !decision(one));
    expect(
      undecided.map(
        ({ table, column }) => `test/support/columns.ts, '${table}': { ${column}: [decision, why] }`,
      ),
      'These columns hold text and nobody has decided what becomes of them when somebody is forgotten. Add each with erased, anonymised, kept or none; what is erased or anonymised is done in src/services/registrations/erasing*.ts, and gets a canary in test/services/privacy/columns.test.ts. Then: UPDATE_DOCS=1 npm test -- test/services/privacy',
    ).toEqual([]);
    const known = new Set(all.map(({ table, column }) => `${table}.${column}`));
    const stale = Object.entries(columns).flatMap(([table, decided]) =>
      Object.keys(decided).map((column) => `${table}.${column}`),
    );
    expect(
      stale.filter((one) => !known.has(one)),
      'decided in test/support/columns.ts, but not there',
    ).toEqual([]);
  });

  it('that is to be cleared has a canary in it before', async () => {
    const there = await standing();
    const cleared = (await textColumns()).filter((one) => ['erased', 'anonymised'].includes(decision(one)!));
    expect(cleared.map((one) => `${one.table}.${one.column}`).filter((one) => !there.includes(one))).toEqual(
      [],
    );
    expect(filesWith(canary).length).toBeGreaterThan(5);
  });
});

describe('one’s copy', () => {
  it('has all that one said', async () => {
    const data = JSON.stringify(await dataOf(site.base.db, zq.person));
    const hers =
      'answer beans near dish title abstract tag wish slides home before gateway user pushed half nonsense set next';
    expect(hers.split(' ').filter((one) => !data.includes(`${canary}-${one}`))).toEqual([]);
    for (const text of [
      'Zqcanary Quill',
      'Zqcanary Junior',
      'Another of Bob’s',
      'What do you do?',
      'See you at seven.',
    ])
      expect(data).toContain(text);
    expect(data).not.toMatch(/hash|feed_key|"key"|"sid"/);
  });
});

describe('forgetting', () => {
  it('leaves no trace in any table, nor in the files of the data folder', async () => {
    const bobs = await query(`select count(*)::int n from inbox where address like '%bob@%'`);
    must(await forgetMe(zq.ctx));
    await work();
    expect(await standing()).toEqual([]);
    expect(filesWith(canary)).toEqual([]);
    expect(filesWith('bob@example.org').length).toBeGreaterThan(0);
    // What is others' is there, and names nobody.
    expect(await query(`select count(*)::int n from inbox where address like '%bob@%'`)).toEqual(bobs);
    expect((await query(`select near from registrations where name = 'Bob' and near <> ''`))[0].near).toBe(
      'Cyd',
    );
    const [sheet] = await query('select content from restaurant_sheets');
    expect(sheet.content.total.others).toEqual([{ label: '–', count: 1 }]);
    expect(await query(`select title from sessions where withdrawn_at is null order by id`)).toEqual([
      { title: 'Bob’s own' },
      { title: 'Another of Bob’s' },
    ]);
    expect(await query('select 1 from placements')).toEqual([]);
    expect((await query('select sum(stars)::int n from sessions'))[0].n).toBe(0);
    await zq.browser.get('/me').expect(303);
  });
});
