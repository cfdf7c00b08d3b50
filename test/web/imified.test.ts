import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain } from '../../bot/transports/imified/reading.ts';
import { makeEvent, noon } from '../support/factories.ts';
import { replay } from '../support/recorded.ts';
import { openSite, type TestSite } from '../support/site.ts';
import { makeWorld } from '../support/world.ts';

// The callback as gateways in the Imified style post to it: no browser, no cookie, a form for each message.

const key = 'a-key-of-the-tests';
let site: TestSite;
let server: Server;
beforeAll(async () => {
  site = await openSite({ now: () => noon, imified: { key } });
  await makeWorld(site.base);
  server = site.app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await site.close();
});

type Fields = Record<string, string | number>;
const post = (fields: Fields, headers: Record<string, string> = {}, app = site.app) =>
  request(app)
    .post('/bot/imified')
    .set(headers)
    .type('form')
    .send({ botkey: key, network: 'Jabber', channel: 'private', ...fields });
const port = () => (server.address() as AddressInfo).port;

describe('a dialogue', () => {
  it('is walked by step and values, and ends in a reset', async () => {
    const values = [
      'register',
      'geek-dinner',
      'Bob "B" &lt;reset&gt;',
      'bob@example.org',
      'vegan',
      'no',
      'yes',
    ];
    const answers = [];
    for (let step = 1; step <= values.length; step++) {
      const given = Object.fromEntries(values.slice(0, step).map((value, n) => [`value${n + 1}`, value]));
      const { text, headers } = await post({ userkey: 'bob', step, ...given }).expect(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      answers.push(text);
    }
    expect(answers[1]).toBe('Geek dinner, Wed 27 May, 19:00–22:00 (London)<br>What is your name?');
    expect(answers[5]).toContain('2. Name: Bob &quot;B&quot; &lt;reset&gt;<br>');
    expect(answers.map((text) => text.endsWith('<reset>'))).toEqual([...Array(6).fill(false), true]);
    expect(answers.join('')).not.toContain('<goto');
    const { rows } = await site.base.db.$client.query(
      `select name, door from registrations where name like 'Bob%'`,
    );
    expect(rows).toEqual([{ name: 'Bob "B" <reset>', door: 'chat' }]);
  });

  it('goes on where it is, whatever step the gateway believes in, and says which comes next', async () => {
    await post({ userkey: 'cat', step: 1, msg: 'register geek-breakfast' });
    const wrong = await post({ userkey: 'cat', step: 1, msg: 'Cat' });
    expect(wrong.text).toMatch(/^What is your e-mail address\?.*<goto=3>$/);
    const right = await post({ userkey: 'cat', step: 3, msg: 'cat@example.org' });
    expect(right.text).not.toContain('<goto');
    const silent = await post({ userkey: 'cat', msg: 'no' });
    expect(silent.text).not.toContain('<goto');
  });

  it('takes a message once, and answers it again in the same bytes', async () => {
    const first = await post({
      userkey: 'dan',
      step: 1,
      msg: 'register geek-dinner Dan dan@example.org vegan no yes',
      key: 'm1',
    });
    await post({ userkey: 'dan', step: 1, msg: 'menu', key: 'm2' });
    const again = await post(
      { userkey: 'dan', step: 1, msg: 'register geek-dinner Dan dan@example.org vegan no yes' },
      { 'Idempotency-Key': 'm1' },
    );
    expect(again.text).toBe(first.text);
    expect(first.text).toContain('You are coming to Geek dinner');
  });

  it('knows one person by another key on another network as somebody else', async () => {
    await post({ userkey: 'same', msg: 'register geek-dinner' });
    const other = await post({ userkey: 'same', network: 'AIM', msg: 'hello' });
    expect(other.text).toContain('*** Turnout ***');
  });

  it('says nothing of a person where others read along', async () => {
    const { text } = await post({ userkey: 'bob', channel: 'public', msg: 'my' });
    expect(text).toBe('I talk about this in private only. Please write to me directly.');
  });
});

it('reads what clients of the time made of a text', () => {
  expect(plain('<font face="Arial">my&nbsp;list</font>')).toBe('my list');
  expect(plain('a<br>b<BR/>c')).toBe('a\nb\nc');
  expect(plain('I <3 you & me')).toBe('I <3 you & me');
  expect(plain('&lt;b&gt; &quot;x&quot; &amp;amp;')).toBe('<b> "x" &amp;');
  expect(plain('<script>alert(1)</script>hi')).toBe('hi');
});

describe('what is no message', () => {
  const refused = [
    ['a wrong key', { botkey: 'wrong', userkey: 'x' }, 403, 'botkey'],
    ['no key', { botkey: '', userkey: 'x' }, 403, 'botkey'],
    ['no userkey', { msg: 'hi' }, 400, 'userkey'],
    ['a userkey of 51', { userkey: 'x'.repeat(51) }, 400, 'userkey'],
    ['a network that there is not', { userkey: 'x', network: 'ICQ' }, 400, 'jabber, gtalk, aim'],
  ] as const;
  it.each(refused)('is refused in one line: %s', async (_what, fields, status, says) => {
    const answer = await post(fields);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/plain; charset=utf-8']);
    expect(answer.text).toContain(says);
    expect(answer.text.trim().split('\n')).toHaveLength(1);
  });

  it('is refused by method, by type and by size, and where there is no such door', async () => {
    const get = await request(site.app).get('/bot/imified').expect(405);
    expect(get.headers.allow).toBe('POST');
    await request(site.app).put('/bot/imified').expect(405);
    await request(site.app).post('/bot/imified').send({ botkey: key }).expect(415);
    const large = await post({ userkey: 'x', msg: 'a'.repeat(1_000_000) });
    expect([large.status, large.text.trim()]).toEqual([413, 'The body is too large: 64 kB is the most.']);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`value${n}`, 'x']));
    expect((await post({ userkey: 'x', ...many })).status).toBe(413);
    const none = await openSite();
    await request(none.app).post('/bot/imified').type('form').send({ botkey: key }).expect(404);
    await none.close();
  });

  it('is answered politely: too long, too many', async () => {
    expect((await post({ userkey: 'long', msg: 'a'.repeat(4001) })).text).toContain('4000');
    const all = await Promise.all(Array.from({ length: 45 }, () => post({ userkey: 'flood', msg: 'menu' })));
    expect(all.filter(({ status }) => status === 429)).toHaveLength(5);
    expect((await post({ userkey: 'calm', msg: 'menu' })).status).toBe(200);
  });

  it.each([
    ...[
      '',
      '%',
      '%00',
      'a=%ff&b',
      '&&&',
      'step=-1',
      'step=99999999999&userkey=x&network=Jabber',
      'userkey[]=x&network=Jabber',
    ],
    ...[
      'value1=&valueX=&value99999999=x&userkey=x&network=Jabber',
      '__proto__=x&constructor=y&userkey=x&network=jabber',
    ],
  ])('is never an error of ours: %s', async (body) => {
    const answer = await request(site.app).post('/bot/imified').type('form').send(`botkey=${key}&${body}`);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('a signature', () => {
  const secret = 'a-secret-of-the-tests';
  const sign = (body: string, timestamp: string, by = secret) =>
    `sha256=${createHmac('sha256', by).update(`${timestamp}.${body}`).digest('hex')}`;
  it('is asked for where there is a secret: over the body as it came, and not an old one', async () => {
    const signed = await openSite({ now: () => noon, imified: { key, secret } });
    const body = `botkey=${key}&userkey=ann&network=Jabber&msg=menu%20&key=m1`;
    const now = String(noon.getTime() / 1000);
    const old = String(noon.getTime() / 1000 - 301);
    const send = (headers: Record<string, string>) =>
      request(signed.app).post('/bot/imified').type('form').set(headers).send(body);
    const stamp = (timestamp: string, signature: string) => ({
      'X-Turnout-Timestamp': timestamp,
      'X-Turnout-Signature': signature,
    });
    await send(stamp(now, sign(body, now))).expect(200);
    for (const headers of [
      {},
      stamp(now, sign(body, now, 'another secret')),
      stamp(now, sign(body.replace('%20', '+'), now)),
      stamp(old, sign(body, old)),
      stamp('', sign(body, '')),
    ])
      await send(headers as Record<string, string>).expect(401);
    await signed.close();
  });

  it('is of a call with a name, so that a copy of it does nothing; a name beside it is none', async () => {
    const signed = await openSite({ now: () => noon, imified: { key, secret } });
    const event = await makeEvent(signed.base);
    const now = String(noon.getTime() / 1000);
    const send = (body: string, headers = {}) =>
      request(signed.app)
        .post('/bot/imified')
        .type('form')
        .set({ 'X-Turnout-Timestamp': now, 'X-Turnout-Signature': sign(body, now), ...headers })
        .send(body);
    const said = (msg: string, more = '') =>
      `botkey=${key}&userkey=eve&network=Jabber&msg=${encodeURIComponent(msg)}${more}`;
    for (const more of ['', '&key=', '&key[a]=b'])
      await send(said('menu', more), { 'Idempotency-Key': 'beside' }).expect(400, /^The key is missing/);
    const register = said(`register ${event.slug} Eve eve@example.org no yes`, '&key=m1');
    const first = await send(register).expect(200, /^You are coming/);
    await send(said(`unregister ${event.slug} yes`, '&key=m2')).expect(200);
    for (const beside of ['x', 'y'])
      expect((await send(register, { 'Idempotency-Key': beside }).expect(200)).text).toBe(first.text);
    const { rows } = await signed.base.db.$client.query('select state from registrations');
    expect(rows).toEqual([{ state: 'cancelled' }]);
    await signed.close();
  });
});

describe('requests as they were recorded', () => {
  it('are answered as they were: the first message, by HTTP/1.0', async () => {
    const answer = await replay(port(), 'callback-first-message', { key });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nContent-Type: text\/html; charset=utf-8\r\n/i);
    expect(answer).toContain('\r\n\r\nGeek dinner (Geek dinner)<br>Wed 27 May, 19:00–22:00 (London)');
    expect(answer).toMatch(/<reset>$/);
    const { rows } = await site.base.db.$client.query(
      `select a.uri, g.network, g."user" from gateway_users g join addresses a on a.id = g.address_id where a.uri like '%6E1A8C2F4D'`,
    );
    expect(rows).toEqual([
      { uri: 'imified:jabber:6E1A8C2F4D', network: 'jabber', user: 'ann@jabber.example.org' },
    ]);
  });

  it('are answered from our own state: a third step of which we have not heard the first', async () => {
    const answer = await replay(port(), 'callback-step-3-with-values', { key });
    expect(answer).toMatch(/Bob O&#39;Neil|Bob O'Neil/);
    expect(answer).toMatch(/<reset>\s*(0\s*)?$/);
  });
});
