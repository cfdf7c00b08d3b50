import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from 'cheerio';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStopped } from '../../src/services/people/commands.ts';
import { actorOfAddress } from '../../src/services/people/queries.ts';
import { makeToken, revokeToken } from '../../src/services/programs/commands.ts';
import { allTokens } from '../../src/services/programs/queries.ts';
import { as, asSystem, asVisitor, code, must } from '../support/factories.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { replay } from '../support/recorded.ts';
import { openSite, type TestSite } from '../support/site.ts';

// The push side in the Imified style: programs that hold a token write to people who have written to the bot.

const key = 'a-key-of-the-tests';
let site: TestSite;
let server: Server;
let token: string;
beforeAll(async () => {
  site = await openSite({ now: () => new Date(), imified: { key } });
  token = must(await makeToken(asSystem(site.base), 'Radio')).token;
  for (const [address, text] of [
    ['xmpp:ann@chat.example', 'hello'],
    ['xmpp:bob@chat.example', 'hello'],
    ['web:visitor', 'hello'],
  ])
    await site.site.converse({ address: address!, key: 'k', text: text! });
  const viaGateway = { botkey: key, network: 'AIM', userkey: '77AB', msg: 'hello' };
  await request(site.app).post('/bot/imified').type('form').send(viaGateway).expect(200);
  // Has an address here, and has never written.
  await actorOfAddress(site.base.db, 'xmpp:never@chat.example');
  server = site.app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await site.close();
});

const call = (fields: object, password = token, path = '/api/bot/') =>
  request(site.app)
    .post(path)
    .auth('radio', password)
    .type('form')
    .send({ botkey: key, ...fields });
const xml = async (fields: object) => load((await call(fields).expect(200)).text, { xml: true });
const error = async (fields: object) => {
  const $ = await xml(fields);
  return [$('rsp').attr('stat'), $('rsp > err').attr('msg')];
};
async function keyOf(user: string): Promise<string> {
  const $ = await xml({ apimethod: 'getallusers' });
  const mine = $('users > user').filter((_, one) => $(one).children('user').text() === user);
  return mine.children('userkey').text();
}
const pushed = async () =>
  (await site.base.db.$client.query('select text, sent_at from pushes order by id')).rows;

describe('a program', () => {
  it('sees who has written to the bot, as Imified had it', async () => {
    const $ = await xml({ apimethod: 'getallusers' });
    expect($('rsp').attr('stat')).toBe('ok');
    const users = $('rsp > users > user')
      .toArray()
      .map((one) => ['network', 'screenname', 'status'].map((name) => $(one).find(name).text()).join(' '));
    expect(users.sort()).toEqual([
      'AIM  Online',
      'Jabber ann@chat.example Online',
      'Jabber bob@chat.example Online',
    ]);
    const one = await xml({ apimethod: 'getuser', userkey: await keyOf('ann@chat.example') });
    expect(
      one('rsp > user')
        .children()
        .toArray()
        .map(({ name }) => name),
    ).toEqual([
      ...[
        'status',
        'extendedstatus',
        'userkey',
        'screenname',
        'user',
        'network',
        'created',
        'lastonline',
        'lastcall',
      ],
    ]);
  });

  it('writes to people by their keys, or by a name on a network; each is told once, by the queue', async () => {
    const worker = await openWorker(site.base, site.url);
    const keys = [await keyOf('ann@chat.example'), await keyOf('bob@chat.example')].join(', ');
    const sent = await call({ apimethod: 'send', userkey: keys, msg: 'Doors at 7 & <free>' }).expect(200);
    expect(sent.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(sent.text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><rsp stat="ok"><success msg="sent"/></rsp>',
    );
    await call({ apimethod: 'Send', network: 'jabber', user: 'Ann@Chat.Example', msg: 'Only you' }).expect(
      200,
    );
    await idle(site.base);
    await worker.stop();
    expect(worker.said.map(({ address, reply }) => `${address} ${reply.text}`).sort()).toEqual([
      'xmpp:ann@chat.example Doors at 7 & <free>',
      'xmpp:ann@chat.example Only you',
      'xmpp:bob@chat.example Doors at 7 & <free>',
    ]);
    expect((await pushed()).every((row) => row.sent_at !== null)).toBe(true);
  });

  it('writes to nobody who has not written first, said stop, or cannot be reached; and then to none of them', async () => {
    const before = (await pushed()).length;
    const [ann, bob] = [await keyOf('ann@chat.example'), await keyOf('bob@chat.example')];
    const { actor } = await actorOfAddress(site.base.db, 'xmpp:bob@chat.example');
    await setStopped(as(site.base, actor), true);
    const send = (fields: object) => error({ apimethod: 'send', msg: 'hi', ...fields });
    expect(await send({ userkey: `${ann},${bob}` })).toEqual([
      'fail',
      'This user does not want to be written to first',
    ]);
    expect(await send({ userkey: `${ann},nobody` })).toEqual(['fail', 'Invalid UserKey']);
    expect(await send({ userkey: '' })).toEqual(['fail', 'Invalid UserKey']);
    expect(await send({ network: 'jabber', user: 'never@chat.example' })).toEqual([
      'fail',
      'Invalid UserKey',
    ]);
    expect((await send({ userkey: '77AB' }))[1]).toContain('by way of a gateway');
    expect((await send({ userkey: ann, msg: ' ' }))[1]).toContain('Invalid Message');
    expect((await send({ userkey: ann, msg: 'a'.repeat(4001) }))[1]).toContain('4000');
    expect(await pushed()).toHaveLength(before);
    await setStopped(as(site.base, actor), false);
  });

  it('waits for the end of somebody’s quiet hours', async () => {
    const query = (text: string) => site.base.db.$client.query(text);
    await query(
      `insert into people (email, name, zone, quiet_from, quiet_to) values ('ann@example.org', 'Ann', 'UTC', 0, 1439)`,
    );
    await query(
      `update addresses set person_id = (select max(id) from people), linked_at = now() where uri = 'xmpp:ann@chat.example'`,
    );
    await call({ apimethod: 'send', userkey: await keyOf('ann@chat.example'), msg: 'by night' }).expect(200);
    const worker = await openWorker(site.base, site.url);
    await idle(site.base);
    await worker.stop();
    expect(worker.said).toEqual([]);
    expect(
      (await query(`select run_at from graphile_worker.jobs where task_identifier = 'chat_push'`)).rows,
    ).toHaveLength(1);
    await query(`update people set quiet_from = null, quiet_to = null`);
    await query('delete from graphile_worker._private_jobs');
  });

  it('does not reach whoever says stop while the message waits', async () => {
    await call({ apimethod: 'send', userkey: await keyOf('bob@chat.example'), msg: 'late' }).expect(200);
    const { actor } = await actorOfAddress(site.base.db, 'xmpp:bob@chat.example');
    await setStopped(as(site.base, actor), true);
    const worker = await openWorker(site.base, site.url);
    await idle(site.base);
    await worker.stop();
    expect(worker.said).toEqual([]);
  });

  it('sets what the bot shows of itself', async () => {
    const $ = await xml({ apimethod: 'updateStatus', status: 'away', msg: 'At the BarCamp' });
    expect($('success').attr('msg')).toBe('updated');
    expect((await error({ apimethod: 'updateStatus', msg: 'a'.repeat(201) }))[1]).toContain('200');
  });

  it('is told in one line what is wrong with its request', async () => {
    expect(await error({ apimethod: 'dance' })).toEqual(['fail', 'Invalid API Method']);
    expect(await error({ apimethod: '__proto__' })).toEqual(['fail', 'Invalid API Method']);
    expect(await error({ apimethod: 'getuser', botkey: 'x' })).toEqual(['fail', 'Invalid BotKey']);
    const denied = await call({}, 'wrong').expect(401);
    expect(denied.headers['www-authenticate']).toBe('Basic realm="Turnout"');
    await request(site.app).post('/api/bot/').type('form').send({}).expect(401);
    await request(site.app).get('/api/bot/').expect(405);
    await request(site.app).post('/api/bot').auth('x', token).send({}).expect(415);
    await call({ msg: 'a'.repeat(1_000_000) }).expect(413);
    await call({ apimethod: 'getallusers' }, token, '/api/bot').expect(200);
  });
});

describe('a token', () => {
  it('is made by organisers of the site, once for each name, and opens nothing once it is revoked', async () => {
    const system = asSystem(site.base);
    expect(code(await makeToken(asVisitor(site.base), 'Mine'))).toBe('not_organiser');
    expect(code(await makeToken(system, 'Radio'))).toBe('token_taken');
    expect(code(await makeToken(system, ' '))).toBe('token_name');
    const other = must(await makeToken(system, 'Other')).token;
    await call({ apimethod: 'getallusers' }, other).expect(200);
    expect((await allTokens(site.base.db))[0]).toMatchObject({ name: 'Other', lastUsedAt: expect.any(Date) });
    expect(code(await revokeToken(asVisitor(site.base), 'Other'))).toBe('not_organiser');
    must(await revokeToken(system, 'Other'));
    await call({}, other).expect(401);
    expect(code(await revokeToken(system, 'Other'))).toBe('token_unknown');
    must(await makeToken(system, 'Other'));
  });
});

describe('requests as they were recorded', () => {
  const basic = () => Buffer.from(`developer@example.org:${token}`).toString('base64');
  const port = () => (server.address() as AddressInfo).port;
  it('are answered as they were', async () => {
    const userkey = await keyOf('ann@chat.example');
    const sent = await replay(port(), 'push-send', { key, userkey, basic: basic() });
    expect(sent).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(sent).toContain('<rsp stat="ok"><success msg="sent"/></rsp>');
    const all = await replay(port(), 'push-getallusers', { key, basic: basic() });
    expect(all).toContain(`<userkey>${userkey}</userkey><screenname>ann@chat.example</screenname>`);
  });
});
