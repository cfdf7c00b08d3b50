import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEvent } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let server: Server;
beforeAll(async () => {
  site = await openSite();
  server = createServer(site.app).listen(0, '127.0.0.1');
  await makeEvent(site.base, { slug: 'dinner', questions: [{ label: 'Diet', kind: 'text' }] });
});
afterAll(async () => {
  server.close();
  await site.close();
});

const long = 'x'.repeat(8000);
const form = 'application/x-www-form-urlencoded';
const token = 'A'.repeat(43);

/** Requests that no page of ours makes, and what each is answered. */
const requests: [status: number, method: string, path: string, body?: string, type?: string][] = [
  [404, 'GET', '/nothing'],
  [404, 'GET', '/events/nothing'],
  [404, 'GET', `/events/${long}`],
  [404, 'GET', '/events/%00'],
  [404, 'GET', '/events/a%00b/register'],
  [404, 'GET', '/series/%00'],
  [404, 'GET', '/series/nothing'],
  [404, 'GET', '/events/..%2f..%2fetc%2fpasswd'],
  [404, 'GET', '/assets/x/../../package.json'],
  [404, 'GET', '/assets/x/%2e%2e%2f%2e%2e%2fpackage.json'],
  [404, 'GET', '/images/99999999999999999999'],
  [404, 'GET', '/images/1'],
  [404, 'GET', `/r/${token}`],
  [404, 'GET', '/r/%00'],
  [404, 'GET', `/t/${token}`],
  [404, 'GET', `/sign-in/${token}`],
  [404, 'GET', '/events/%F0%9F%8E%89'],
  [404, 'GET', '/__proto__'],
  [404, 'GET', '/events/constructor'],
  [400, 'GET', '/events/%E0%A4%A'],
  [400, 'GET', '/events/%ff'],
  [400, 'GET', '/series/%'],
  [200, 'GET', '/events/past?after=rubbish'],
  [200, 'GET', '/events/past?after=9999999999999-999999999'],
  [200, 'GET', '/events/past?after=%00&after=1-1'],
  [200, 'GET', '/events/past?after[x]=1'],
  [200, 'GET', '/events/dinner/attendees?after=99999999999999999999'],
  [200, 'GET', '/events/dinner/attendees?after=-1.5e99'],
  [200, 'GET', '/events/dinner/attendees?after=%00'],
  [200, 'GET', '/?said=__proto__&said=x'],
  [200, 'GET', '/?said=%00'],
  [200, 'GET', `/?${'a&'.repeat(2000)}`],
  [200, 'GET', '/sign-in?next=%00//evil.example'],
  [405, 'POST', '/events'],
  [405, 'DELETE', '/events/dinner'],
  [405, 'PUT', '/events/dinner/register'],
  [405, 'PATCH', '/sign-in'],
  [405, 'GET', '/sign-out'],
  [405, 'GET', `/r/${token}/cancel`],
  [404, 'POST', '/nothing'],
  [404, 'POST', `/r/${token}/cancel`],
  [403, 'POST', '/me/name', 'name=Ann'],
  [403, 'POST', '/me/chat-code'],
  [403, 'PATCH', '/me'],
  [422, 'POST', '/events/dinner/register', ''],
  [
    422,
    'POST',
    '/events/dinner/register',
    'name=&email=&__proto__[x]=1&constructor[prototype][x]=1&toString=1',
  ],
  [422, 'POST', '/events/dinner/register', 'name[a][b]=1&email[]=a&email[]=b&diet[x]=1'],
  [422, 'POST', '/events/dinner/register', 'name=%00&email=%00'],
  [422, 'POST', '/events/dinner/register', 'name=A&email=a%0d%0aBcc:b@example.org'],
  [422, 'POST', '/events/dinner/register', `name=${long}&email=${long}`],
  [422, 'POST', '/events/dinner/register', '%'],
  [422, 'POST', '/events/dinner/register', 'name=%E0%A4%A&email=%ff'],
  [422, 'POST', '/events/dinner/register', '{"name":"Ann"}', 'application/json'],
  [422, 'POST', '/events/dinner/register', '<a/>', 'text/xml'],
  [422, 'POST', '/events/dinner/register', 'x', 'nonsense'],
  [422, 'POST', '/events/dinner/register', '--x', 'multipart/form-data; boundary=x'],
  [413, 'POST', '/events/dinner/register', `name=${'x'.repeat(400_000)}`],
  [413, 'POST', '/events/dinner/register', 'a=1&'.repeat(3000)],
  [415, 'POST', '/events/dinner/register', 'name=A', `${form}; charset=utf-7`],
  [422, 'POST', '/events/dinner/register', `a${'[b]'.repeat(50)}=1`],
  [422, 'POST', '/sign-in', 'email=%00'],
  [422, 'POST', '/sign-in', `email=${long}@example.org`],
];

describe('requests that no page of ours makes', () => {
  const named = requests.map((one) => ({ title: `${one[1]} ${one[2]} ${one[3] ?? ''}`.slice(0, 80), one }));
  it.each(named)('are answered without an error of ours: $title', async ({ one }) => {
    const [status, method, path, body, type = form] = one;
    const answer = await send(method, path, body, type);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/<h1[ >]/);
    expect(answer.text).not.toMatch(/node_modules|\.ts:\d|select /);
  });

  it('say with which methods an address is known', async () => {
    expect((await send('DELETE', '/events/dinner')).headers.get('allow')).toBe('GET');
    expect((await send('PUT', '/events/dinner/register')).headers.get('allow')).toBe('GET, POST');
    expect((await send('GET', '/sign-out')).headers.get('allow')).toBe('POST');
  });

  it('are refused with a way to sign in, where that would help', async () => {
    const answer = await send('POST', '/me/name', 'name=Ann');
    expect(answer.text).toContain('Please sign in first.');
    expect(answer.text).toContain('href="/sign-in"');
  });

  it('do not take the server down: half a request, a broken one, a body that is not what was said', async () => {
    expect(await raw('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await raw('GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 404/);
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    const cut = `POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: ${form}\r\nContent-Length: 99\r\n\r\nemail=`;
    await raw(cut, true);
    expect((await send('GET', '/')).status).toBe(200);
  });
});

const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function send(method: string, path: string, body?: string, type = form) {
  const headers = {
    'Sec-Fetch-Site': 'same-origin',
    ...(body === undefined ? {} : { 'Content-Type': type }),
  };
  const answer = await fetch(base() + path, { method, headers, body, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** What is answered to these very bytes. */
function raw(bytes: string, hangUp = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let said = '';
    socket.on('data', (data) => {
      said += data;
    });
    socket.on('close', () => resolve(said)).on('error', () => {});
    socket.write(bytes, () => {
      if (hangUp) setTimeout(() => socket.destroy(), 50);
    });
  });
}
