import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import { retentions } from '../../src/jobs/retention.ts';
import { endOld, upkeep } from '../../src/jobs/upkeep.ts';
import { attendee, hold, makeCamp } from '../support/camp.ts';
import { makeEvent, noon, signUp } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

const hour = 3_600_000;
let now = noon;
let site: TestSite;
beforeAll(async () => {
  site = await openSite({ now: () => now });
});
afterAll(() => site.close());

const query = async (text: string, values: unknown[] = []) =>
  (await site.base.db.$client.query(text, values)).rows;
const count = async (table: string) => (await query(`select count(*)::int n from ${table}`))[0].n;
const ago = (days: number, hours = 0) => new Date(now.getTime() - (days * 24 + hours) * hour).toISOString();

async function insert(table: string, row: Record<string, unknown>) {
  const places = Object.keys(row).map((_, n) => `$${n + 1}`);
  await query(`insert into ${table} (${Object.keys(row)}) values (${places})`, Object.values(row));
}

/** A row of each sort that says `mark`, so many hours over its time. */
async function rows(mark: string, hours: number) {
  const [{ person_id: person }] = await query('select person_id from registrations limit 1');
  const state = (address: string, days: number, value: object = {}) =>
    insert('conversations', { address, state: value, updated_at: ago(days, hours) });
  const address = async (uri: string, days: number, more: object = {}) => {
    await insert('addresses', { uri, created_at: ago(days, hours), ...more });
    await state(uri, days);
  };
  await insert('sign_ins', { email: mark, expires_at: ago(1, hours) });
  await insert('chat_codes', { hash: mark, expires_at: ago(1, hours) });
  const [{ event_id: event }] = await query('select event_id from registrations limit 1');
  await insert('entrances', { event_id: event, ends_at: ago(30, hours) });
  await insert('web_sessions', { sid: mark, sess: {}, expire: ago(0, hours) });
  await address(`web:${mark}`, 1);
  await address(`web:${mark}-said`, 30, { person_id: person });
  await address(`web:person-${mark}`, 300);
  await address(`web:${mark}-linked`, 300, { person_id: person, linked_at: ago(1) });
  await address(`xmpp:${mark}`, 365);
  await address(`xmpp:${mark}-said`, 300, { person_id: person });
  await insert('inbox', { address: 'xmpp:x', key: mark, replies: '[]', created_at: ago(7, hours) });
  await state(`xmpp:x ${mark}`, 1);
  await state(`xmpp:${mark}-form`, 30, { v: 1, flow: { dialogue: 'x' }, menu: ['a'] });
  await state(`xmpp:${mark}-gone`, 365);
  const message = { address: 'web:person-1', author: 'bot', text: 'x' };
  await insert('chat_messages', { ...message, key: mark, created_at: ago(365, hours) });
  await query(`insert into api_tokens (name) values ('p') on conflict do nothing`);
  await query(
    `insert into pushes (token_id, address_id, text, created_at)
      select (select id from api_tokens), id, $1, $2 from addresses where uri = 'xmpp:' || $1 || '-said'`,
    [mark, ago(30, hours)],
  );
  await insert('notices', { key: mark, kind: 'x', person_id: person, created_at: ago(180, hours) });
  await query(
    `with job as (select id from graphile_worker.add_job('tell', json_build_object('mark', $1::text))) select id from job`,
    [mark],
  );
  await query(
    `update graphile_worker._private_jobs set attempts = max_attempts, run_at = $2 where payload->>'mark' = $1`,
    [mark, ago(30, hours)],
  );
}

describe('what has an end', () => {
  it('ends then, and not an hour before; in batches', async () => {
    await signUp(site.base, await makeEvent(site.base), 'Ann');
    for (const mark of ['old', 'old2', 'old3']) await rows(mark, 1);
    await rows('young', -1);
    expect(await endOld(site.base, 2)).toEqual({
      ...{
        sign_ins: 3,
        chat_codes: 3,
        entrances: 3,
        web_sessions: 3,
        addresses: 9,
        inbox: 3,
        pushes: 3,
        notices: 3,
      },
      ...{ conversations: 9, chat_messages: 3, 'graphile_worker._private_jobs': 3 },
    });
    const tables = new Set(retentions.map((one) => one.table));
    for (const table of [...tables].filter((one) => !/invitations|grid|limits|entrances/.test(one)))
      expect([table, await count(`${table} t where t::text like '%young%'`)]).not.toEqual([table, 0]);
    expect(await query(`select uri from addresses where uri ~ 'old(-|$)' order by id`)).toEqual(
      ['web:person-old', 'web:old-linked', 'xmpp:old-said'].map((uri) => ({ uri })),
    );
    const [old, young] = await query(
      `select state from conversations where address in ('xmpp:old-form', 'xmpp:young-form') order by address`,
    );
    expect([old.state, young.state.flow]).toEqual([{ v: 1, menu: ['a'] }, { dialogue: 'x' }]);
    expect(await count('entrances')).toBe(1);
    expect(await endOld(site.base)).toEqual({});
  });

  it('ends what changed on a grid and who was invited three months after the event', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp, 'Cyd');
    await hold(ann, camp, 'A talk', 0);
    await query('insert into host_invitations select id, $1, $1 from sessions', [ann.actor.personId]);
    now = new Date('2026-08-28T16:59:00Z');
    await endOld(site.base);
    expect([await count('grid_changes'), await count('host_invitations')]).toEqual([1, 1]);
    now = new Date('2026-08-28T17:01:00Z');
    expect(await endOld(site.base)).toMatchObject({ grid_changes: 1, host_invitations: 1 });
    expect(await count('sessions')).toBe(1);
    now = noon;
  });
});

describe('the chat of a visitor', () => {
  it('is there within a day of the last word, and is nowhere after it', async () => {
    const all = ['addresses', 'conversations', 'inbox', 'chat_messages', 'web_sessions'];
    await query(`truncate ${all} cascade`);
    const visitor = site.browser();
    const say = (text: string) => visitor.post('/chat').type('form').send({ text }).expect(303);
    const later = async (hours: number) => {
      now = new Date(noon.getTime() + hours * hour);
      await endOld(site.base);
      return (await visitor.get('/chat').expect(200)).text;
    };
    await say('my name is Nobody');
    await query('update addresses set created_at = $1', [now]);
    expect(await later(23)).toContain('my name is Nobody');
    await say('help');
    expect(await later(46)).toContain('my name is Nobody');
    expect(await later(48)).not.toContain('my name is Nobody');
    for (const table of all) expect([table, await count(table)]).toEqual([table, 0]);
    await say('events');
    now = noon;
  });
});

describe('mails that are kept as files', () => {
  it('end after a month; the log says what ended, and how large everything is', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'turnout-old-mail-'));
    const names = [1, -1].map(
      (hours) => `${String(new Date(ago(30, hours)).getTime()).padStart(14, '0')}-0123456789ab`,
    );
    for (const name of names)
      for (const end of ['eml', 'json']) writeFileSync(path.join(folder, `${name}.${end}`), '{}');
    const said: unknown[] = [];
    const log = { info: (line: unknown) => said.push(line) } as unknown as typeof site.base.log;
    await upkeep({ ...site.base, log }, makeMailer({ folder, from: 'a@example.org' }));
    expect(readdirSync(folder).sort()).toEqual([`${names[1]}.eml`, `${names[1]}.json`]);
    expect(said).toEqual([
      expect.objectContaining({
        removed: expect.objectContaining({ mails: 1 }),
        bytes: expect.any(Number),
        oldestJob: expect.any(Number),
        tables: expect.arrayContaining([expect.objectContaining({ name: 'addresses' })]),
      }),
    ]);
  });
});
