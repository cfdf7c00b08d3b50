import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import type { ChatMessage, Converse } from '../../src/shared/chat.ts';
import { NotNow } from '../../src/shared/chat.ts';
import { roomDesk } from '../../src/start/chat.ts';
import { wordsIn } from '../../src/words/words.ts';
import { freshDatabase } from '../support/database.ts';
import { noon } from '../support/factories.ts';
import { proxyToDatabase, type TestProxy } from '../support/proxy.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';
import { makeWorld } from '../support/world.ts';

// Whoever writes to the bot while the database is away or full is told so in their language, at every door; said again, it is done.

const key = 'a-key-of-the-tests';
const [en, de] = [wordsIn('en'), wordsIn('de')];

let proxy: TestProxy;
let site: TestSite;
let converse: Converse;
let ann: Agent;

beforeAll(async () => {
  const database = await freshDatabase();
  const way = await proxyToDatabase(database.url);
  proxy = way.proxy;
  site = await openSite({ now: () => noon, imified: { key } }, {}, { url: way.url, drop: database.drop });
  await makeWorld(site.base);
  converse = makeConverse(site.base);
  ann = await site.signedIn('ann@example.org');
});
afterAll(async () => {
  await site?.close();
  await proxy?.close();
});
afterEach(() => back());

function leave() {
  proxy.open(false);
  proxy.cut();
}

async function back() {
  proxy.open(true);
  proxy.cut();
  await vi.waitFor(() => site.base.db.$client.query('select 1'), { timeout: 30_000 });
  await fill(false);
}

/** The error that Postgres raises where its disk has no room, at every row that a chat would write. */
async function fill(yes: boolean) {
  const raise = `create or replace function no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`;
  await site.base.db.$client.query(yes ? raise : 'select 1');
  for (const table of ['conversations', 'inbox', 'registrations', 'web_sessions'])
    await site.base.db.$client.query(
      yes
        ? `create trigger no_room before insert or update on ${table} for each row execute function no_room()`
        : `drop trigger if exists no_room on ${table}`,
    );
}

const nonce = () => randomBytes(16).toString('base64url');
const ask = (address: string, text: string, more: Partial<ChatMessage> = {}) =>
  converse({ address, key: nonce(), text, ...more });
/** What is said instead of an answer. */
const apologyTo = (asked: Promise<unknown>) =>
  asked.then(
    () => expect.fail('it was answered'),
    (error) => (error instanceof NotNow ? error.reply : Promise.reject(error)),
  );
const post = (fields: Record<string, string>) =>
  request(site.app)
    .post('/bot/imified')
    .type('form')
    .send({ botkey: key, network: 'Jabber', channel: 'private', ...fields });

describe('while the database is away', { timeout: 60_000 }, () => {
  it('a person is told in the language that they chose, a stranger in that of their client, else in English', async () => {
    await ask('xmpp:zoe@example.org', 'language deutsch');
    await ask('xmpp:bob@example.org', 'events', { language: 'de' });
    leave();
    const said = { text: de('outage:away.text'), language: 'de' };
    expect(await apologyTo(ask('xmpp:zoe@example.org', 'events'))).toEqual(said);
    expect(await apologyTo(ask('xmpp:new@example.org', 'events', { language: 'de' }))).toEqual(said);
    for (const [who, language] of [
      ['bob', 'de'],
      ['new', 'tlh'],
      ['new', undefined],
    ] as const)
      expect(await apologyTo(ask(`xmpp:${who}@example.org`, 'events', { language }))).toEqual({
        text: en('outage:away.text'),
      });
  });

  it('nobody waits for a database that says nothing', async () => {
    proxy.swallow();
    const started = performance.now();
    const said = await Promise.all(
      ['a', 'b', 'c'].map((who) => apologyTo(ask(`xmpp:${who}@example.org`, 'events'))),
    );
    expect(said).toEqual(Array(3).fill({ text: en('outage:away.text') }));
    // Three seconds on a machine that has nothing else to do.
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  it('a gateway is told so as well, and the message that it posts again is done once', async () => {
    const line = 'register geek-dinner Eve eve@example.org vegan no yes';
    const call = { userkey: 'eve', msg: line, key: 'the-same-message' };
    leave();
    const refused = await post(call).expect(503).expect('Retry-After', '5');
    expect(refused.text).toBe(en('outage:away.text'));
    expect(refused.headers['content-type']).toBe('text/html; charset=utf-8');
    await back();
    const [first, second] = [await post(call).expect(200), await post(call).expect(200)];
    expect(first.text).toContain('Geek dinner');
    expect(second.text).toBe(first.text);
    const { rows } = await site.base.db.$client.query(
      `select count(*)::int n from registrations where name = 'Eve'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('so is whoever chats on the website, and what they typed is not lost', async () => {
    leave();
    const json = ann.post('/chat').set('Accept', 'application/json').type('form');
    const live = await json.send({ text: 'events', nonce: nonce() }).expect(503);
    expect(live.body).toEqual({ problem: en('outage:away.text') });
    const plain = await ann.post('/chat').type('form').send({ text: 'my <words>' }).expect(503);
    expect(plain.text).toContain('value="my &lt;words&gt;"');
  });

  it('a room is told so', async () => {
    const desk = roomDesk(site.base);
    leave();
    const room = { jid: 'room@muc.example.org', slug: 'geek-dinner', kind: 'dinner' };
    const error = await desk.answer(room, 'events', 'turnout@example.org').catch((thrown) => thrown);
    expect(desk.words.failed(error)).toBe(en('outage:away.text'));
    expect(desk.words.failed(new Error('a bug'))).toBe(en('xmpp:failed'));
  });
});

describe('while its disk is full', { timeout: 60_000 }, () => {
  it('everybody is told so, and what they said is done when they say it again', async () => {
    await ask('xmpp:zoe@example.org', 'language deutsch');
    await ann.post('/chat').type('form').send({ text: 'language deutsch', nonce: nonce() }).expect(303);
    await fill(true);
    const line = 'register geek-dinner Fay fay@example.org vegan no yes';
    const said = { address: 'xmpp:fay@example.org', key: nonce(), text: line };
    expect(await apologyTo(converse(said))).toEqual({ text: en('outage:full.text') });
    expect(await apologyTo(ask('xmpp:zoe@example.org', 'events'))).toEqual({
      text: de('outage:full.text'),
      language: 'de',
    });
    expect((await post({ userkey: 'fay', msg: 'events' }).expect(503)).text).toBe(en('outage:full.text'));
    const json = ann.post('/chat').set('Accept', 'application/json').type('form');
    const live = await json.send({ text: 'events', nonce: nonce() }).expect(503);
    expect(live.body).toEqual({ problem: de('outage:full.text') });
    await fill(false);
    const replies = await converse(said);
    expect(replies.map(({ text }) => text).join('\n')).toContain('Geek dinner');
    const { rows } = await site.base.db.$client.query(
      `select count(*)::int n from registrations where name = 'Fay'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});
