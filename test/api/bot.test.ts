import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'cheerio';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStopped } from '../../src/services/people/commands.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { makeToken, revokeToken } from '../../src/services/programs/commands.ts';
import { allTokens } from '../../src/services/programs/queries.ts';
import { startWeb, type Web } from '../../src/web/server.ts';
import { as, asSystem, asVisitor, code, makeEvent, must } from '../support/factories.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { replay } from '../support/recorded.ts';
import { openSite, type TestSite } from '../support/site.ts';

// The push side in the Imified style: programs that hold a token write to people who have written to the bot.

const key = 'a-key-of-the-tests';
let site: TestSite;
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
});
afterAll(async () => {
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
      'AIM  online',
      'Jabber ann@chat.example online',
      'Jabber bob@chat.example online',
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

  it('sees those of one network', async () => {
    const of = async (network: string) => {
      const $ = await xml({ apimethod: 'getAllUsers', network });
      return [$('users').attr('count'), ...new Set($('user > network').map((_, one) => $(one).text()))];
    };
    expect(await of('aim')).toEqual(['1', 'AIM']);
    expect(await of('Jabber')).toEqual(['2', 'Jabber']);
    expect(await of('MSN')).toEqual(['0']);
  });

  it('writes to people by their keys, or by a name on a network; each is told once, by the queue', async () => {
    const worker = await openWorker(site.base, site.url);
    const keys = [await keyOf('ann@chat.example'), await keyOf('bob@chat.example')].join(', ');
    const sent = await call({ apimethod: 'send', userkey: keys, msg: 'Doors at 7 & <free>' }).expect(200);
    expect(sent.headers['content-type']).toBe('application/xml; charset=utf-8');
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
    expect((await error({ apimethod: 'updateStatus', msg: 'hi', network: 'AIM' }))[1]).toContain('network');
    await call({ apimethod: 'updateStatus', msg: 'hi', network: 'Jabber' }).expect(200, /updated/);
  });

  it('is told in one line what is wrong with its request', async () => {
    expect(await error({ apimethod: 'dance' })).toEqual(['fail', 'Invalid API Method']);
    expect(await error({ apimethod: '__proto__' })).toEqual(['fail', 'Invalid API Method']);
    expect(await error({ apimethod: 'getuser', botkey: 'x' })).toEqual(['fail', 'Invalid BotKey']);
    const denied = await call({}, 'wrong').expect(401);
    expect(denied.headers['www-authenticate']).toBe('Basic realm="Turnout"');
    await request(site.app).post('/api/bot/').type('form').send({}).expect(401);
    await request(site.app).get('/api/bot/').expect(405);
    expect(load(denied.text, { xml: true })('err').attr('msg')).toBe(
      'The token is wrong or has been revoked.',
    );
    await request(site.app).post('/api/bot').auth('x', token).send({}).expect(415);
    await call({ msg: 'a'.repeat(1_000_000) }).expect(413);
    const parts = () => request(site.app).post('/api/bot').auth('x', token);
    await parts()
      .field('botkey', key)
      .field('apimethod', 'getallusers')
      .expect(200, /stat="ok"/);
    await parts().field('msg', 'a'.repeat(1_000_000)).expect(413);
    await parts().field('botkey', key).attach('msg', Buffer.from('x'), 'x.txt').expect(400);
    await parts().set('Content-Type', 'multipart/form-data').send('no boundary').expect(400);
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

describe('programs of the time', () => {
  const basic = () => Buffer.from(`developer@example.org:${token}`).toString('base64');
  const sent = '<rsp stat="ok"><success msg="sent"/></rsp>';
  const ann = '<user>ann@chat.example</user>';
  let web: Web;
  let userkey: string;
  beforeAll(async () => {
    web = await startWeb(site.site, { port: 0, host: '127.0.0.1' }, site.app);
    userkey = await keyOf('ann@chat.example');
  });
  afterAll(() => web.stop());
  const port = () => Number(new URL(web.url).port);

  // What each library put on the wire when it was run against this API.
  it.each([
    ['push-send', sent, 'The door is round the corner.'],
    ['push-getallusers', ann],
    ['push-node-imbot-send', sent, 'hello from imbot — 你好'],
    ['push-node-imbot-status', '<rsp stat="ok"><success msg="updated"/></rsp>'],
    ['push-ruby-gem-getallusers', ann],
    ['push-php-curl-send', sent, 'Tijd voor broodjes! Ga snel naar http://www.1brood.be/ !'],
    ['push-php-kohana-getallusers', ann],
    ['push-php-sms-send', sent, 'Doors at 7: 100% sure, café'],
    ['push-csharp-getallusers', ann],
    ['push-csharp-send', sent, "The geek dinner is full: 100% — naïve, isn't it?"],
    ['push-erlang-getallusers', ann],
    ['push-erlang-send', sent, 'From Erlang & friends'],
    ['push-java-moho-send', sent, 'Dinner at 7 & über'],
  ])('are understood, and understand the answer: %s', async (file, expected, text = '') => {
    const answer = await replay(port(), file, { key, userkey, basic: basic() });
    expect(answer).toMatch(/HTTP\/1\.1 200 OK\r\n(?!.*HTTP)/s);
    // Voxeo's Moho reads one line, and only of this type.
    expect(answer).toMatch(/\r\nContent-Type: application\/xml; charset=utf-8\r\n/i);
    expect(answer).toMatch(/\r\n\r\n<\?xml [^\n]*<rsp stat="ok">/);
    expect(answer).toContain(expected);
    if (text) expect((await pushed()).at(-1).text).toBe(text);
  });

  it('may close their side of the connection before the answer', async () => {
    const files = Array(5).fill('push-node-imbot-send');
    const answers = await Promise.all(
      files.map((file) => replay(port(), file, { key, userkey, basic: basic() }, { hangsUp: true })),
    );
    for (const answer of answers) expect(answer).toContain(sent);
  });

  it('a browser that closes its side has gone: what streams to it ends', async () => {
    const event = await makeEvent(site.base, {
      ...{ kind: 'barcamp', startsAt: '2090-05-27T09:00', endsAt: '2090-05-27T17:00' },
    });
    const socket = connect(port(), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
    socket.write(`GET /events/${event.slug}/schedule/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.end();
    expect(await Promise.race([closed, sleep(2_000, 'still open')])).toBe('closed');
  });

  it('find the key of somebody as the C# library looks for it', async () => {
    const answer = await replay(port(), 'push-csharp-getallusers', { key, basic: basic() });
    const keys = [...answer.matchAll(/([A-Za-z0-9-]+)<\/userkey>/g)].map(([, one]) => one);
    expect(keys).toContain(userkey);
    expect(answer).toContain(`<users count="${keys.length}">`);
    expect(answer).toMatch(/<created>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d<\/created>/);
  });
});
