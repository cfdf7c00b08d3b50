import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Router } from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeApp } from '../src/app.ts';
import { addRoom } from '../src/services/grid/commands.ts';
import { limits } from '../src/services/limits/limits.ts';
import { signInLink } from '../src/services/people/commands.ts';
import { nonce } from '../src/shared/ids.ts';
import { mailboxUrl } from '../src/shared/mailbox-key.ts';
import type { Site } from '../src/web/http.ts';
import { startWeb, type Web } from '../src/web/server.ts';
import { asSystem, makeEvent, must, signUp } from './support/factories.ts';
import { generous } from './support/limits.ts';
import { collectLogs, warning } from './support/logs.ts';
import { describeWith } from './support/needs.ts';
import { type Front, type Program, startProxy } from './support/proxies.ts';
import { openSite, type TestSite } from './support/site.ts';

// nginx and Caddy as Debian has them, in front: by the plainest example of each manual, and by ours in deploy/.

const own = 'https://events.example.org';
const logs = collectLogs();

/** A public site, which says under /who what it takes a request to be, and one for this computer with a mailbox page. */
let site: TestSite;
let mailFolder: string;
const webs: Web[] = [];
beforeAll(async () => {
  mailFolder = mkdtempSync(path.join(tmpdir(), 'turnout-proxies-'));
  site = await openSite({
    baseUrl: own,
    noMail: true,
    log: logs.log,
    limits: { ...generous, known_answers: limits.known_answers },
  });
});
afterAll(async () => {
  await Promise.all(webs.map((web) => web.stop()));
  await site.close();
  rmSync(mailFolder, { recursive: true, force: true });
});

const who = () =>
  Router().get('/who', (req, res) => void res.json({ network: req.ctx.actor.network ?? null, ip: req.ip }));

/** A process of its own, as far as proxies can tell: what it has learnt of one in front is not known to the next. */
async function serve(more: Partial<Site> = {}): Promise<number> {
  const given = { ...site.site, ...more };
  const web = await startWeb(given, { port: 0, host: '127.0.0.1' }, makeApp(given, [who]));
  webs.push(web);
  return Number(new URL(web.url).port);
}

type Answer = { status: number; headers: http.IncomingHttpHeaders; text: string };

/** With any headers, also those that fetch keeps to itself; from an address of this computer that is not the proxy's. */
function ask(
  url: string,
  headers: http.OutgoingHttpHeaders = {},
  method = 'GET',
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const form = body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {};
    const options = { method, headers: { ...form, ...headers }, agent: false, localAddress: '127.0.0.9' };
    const req = http.request(url, options, (res) => {
      let text = '';
      res.on('data', (data) => {
        text += data;
      });
      res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }));
    });
    req.on('error', reject).end(body);
  });
}

const fronts: [Program, 'plain' | 'ours'][] = [
  ['nginx', 'plain'],
  ['nginx', 'ours'],
  ['caddy', 'plain'],
  ['caddy', 'ours'],
];

for (const [program, which] of fronts)
  describeWith(program, `${program}, ${which === 'plain' ? 'as plain as can be' : 'as in deploy/'}`, () => {
    let front: Front;
    let home: Front;
    beforeAll(async () => {
      front = await startProxy(program, which, await serve());
      const atHome = { baseUrl: 'http://localhost:3000', noMail: undefined, mailbox: mailFolder };
      home = await startProxy(program, which, await serve(atHome));
    }, 60_000);
    afterAll(async () => {
      await Promise.all([front?.stop(), home?.stop()]);
    });
    const said = async (headers: http.OutgoingHttpHeaders = {}) =>
      JSON.parse((await ask(`${front.url}/who`, headers)).text) as { network: string | null; ip: string };

    it('shows nobody the mailbox: a public site has none, another one opens by its key', async () => {
      const forged = {
        Host: 'localhost:3000',
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Host': 'localhost',
      };
      for (const headers of [{}, forged]) {
        expect((await ask(`${front.url}/dev/mail`, headers)).status).toBe(404);
        expect((await ask(front.url + mailboxUrl({ ...site.base, baseUrl: '' }), headers)).status).toBe(404);
        expect((await ask(`${home.url}/dev/mail`, headers)).status).toBe(403);
      }
      const opened = await ask(home.url + mailboxUrl({ ...site.base, baseUrl: '' }));
      expect([opened.status, opened.headers.location]).toEqual([303, '/dev/mail']);
      const cookie = opened.headers['set-cookie']![0]!.split(';')[0]!;
      expect((await ask(`${home.url}/dev/mail`, { Cookie: cookie })).status).toBe(200);
    });

    it('signs in, by a cookie for HTTPS alone as BASE_URL says, and takes forms of that address alone', async () => {
      const link = new URL(await signInLink(asSystem(site.base), 'ann@example.org')).pathname;
      const send = (headers: http.OutgoingHttpHeaders) => ask(front.url + link, headers, 'POST', 'x=y');
      for (const wrong of [
        {},
        { Origin: front.url },
        { Origin: 'https://evil.example', Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
        { Origin: own, 'Sec-Fetch-Site': 'cross-site' },
      ])
        expect((await send(wrong)).status).toBe(403);
      const signedIn = await send({ Origin: own });
      expect([signedIn.status, signedIn.headers.location]).toEqual([303, '/me']);
      const cookie = signedIn.headers['set-cookie']![0]!;
      expect(cookie).toMatch(
        /^__Host-turnout=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      const me = await ask(`${front.url}/me`, { Cookie: cookie.split(';')[0]! });
      expect([me.status, me.text.includes('ann@example.org')]).toEqual([200, true]);
      expect(me.headers['strict-transport-security']).toMatch(/max-age/);
    });

    it('has no say in links: they begin with BASE_URL whatever Host says', async () => {
      const event = await makeEvent(site.base);
      const page = await ask(`${front.url}/events/${event.slug}`, {
        Host: 'evil.example',
        'X-Forwarded-Host': 'evil.example',
      });
      expect([page.status, page.text.includes('evil.example')]).toEqual([200, false]);
      expect(page.text).toContain(`${own}/events/${event.slug}`);
    });

    it('lets live events through as they come', async () => {
      const event = await makeEvent(site.base, { kind: 'barcamp' });
      const stream = await fetch(`${front.url}/events/${event.slug}/schedule/stream`);
      expect(stream.headers.get('content-type')).toContain('text/event-stream');
      const reader = stream.body!.getReader();
      const heard = { text: '' };
      const listening = (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          heard.text += Buffer.from(value).toString();
        }
      })().catch(() => {});
      await expect.poll(() => heard.text.length, { timeout: 10_000 }).toBeGreaterThan(0);
      const before = heard.text.length;
      const started = performance.now();
      must(await addRoom(asSystem(site.base), event.slug, { name: 'Red' }));
      await expect.poll(() => heard.text.length, { timeout: 10_000 }).toBeGreaterThan(before);
      expect(performance.now() - started).toBeLessThan(5_000);
      await reader.cancel();
      await listening;
    }, 40_000);

    it('lets no client choose what it is counted by', async () => {
      const forged = await Promise.all(
        ['203.0.113.7', '203.0.113.8, 198.51.100.1', '2001:db8::1'].map((address) =>
          said({ 'X-Forwarded-For': address, 'X-Real-IP': address, Forwarded: `for=${address}` }),
        ),
      );
      const all = [await said(), ...forged];
      // What comes from this computer has no network; what was made up has none either.
      expect(all.map(({ network }) => network)).toEqual([null, null, null, null]);
      if (program === 'nginx' && which === 'plain') return goThrough(front);
      expect(all.map(({ ip }) => ip)).toEqual(Array(4).fill('127.0.0.9'));
    });
  });

/** A dozen addresses, every other one of them known, each from another network as far as the client says: three answers tell. */
async function goThrough(front: Front) {
  await ask(front.url, { 'Accept-Language': 'en' });
  const event = await makeEvent(site.base);
  const heard: string[] = [];
  for (let n = 0; n < 12; n++) {
    const email = `of-list${n}@example.org`;
    if (n % 2 === 0) await signUp(site.base, event, 'Ann', { email });
    const headers = { Origin: own, 'X-Forwarded-For': `203.0.113.${n}` };
    const body = new URLSearchParams({ name: 'Eve', email, nonce: nonce() }).toString();
    const sent = await ask(`${front.url}/events/${event.slug}/register`, headers, 'POST', body);
    heard.push(/mailed$/.test(sent.headers.location ?? '') ? 'mailed' : String(sent.status));
  }
  expect(heard).toEqual([...['409', '303', '409', '303', '409'], ...Array(7).fill('mailed')]);
}

describeWith('nginx', 'a proxy that says who asks', () => {
  it('is believed of the last address alone, until it turns out that it says nothing', async () => {
    const port = await serve();
    const url = `http://127.0.0.1:${port}/who`;
    const network = async (forwarded?: string) =>
      JSON.parse((await ask(url, forwarded ? { 'X-Forwarded-For': forwarded } : {})).text).network;
    const warnings = () => logs.lines.filter(({ level }) => level >= warning).map(({ msg }) => msg);
    const before = warnings().length;
    expect(await network('198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
    expect(await network('203.0.113.7, 2001:db8:1:2:3::4')).toBe('2001:db8:1:2::/64');
    expect(await network('nonsense')).toBe(null);
    expect(warnings().length).toBe(before);
    // A program of this computer, which looks whether the site is up, is no proxy.
    expect([await network(), await network('203.0.113.7')]).toEqual([null, '203.0.113.7']);
    expect(warnings().length).toBe(before);
    await ask(url, { 'Accept-Language': 'en' });
    expect([await network(), await network('203.0.113.7')]).toEqual([null, null]);
    expect(warnings().slice(before)).toEqual([
      expect.stringContaining('does not say who asks (X-Forwarded-For)'),
    ]);
  });
});
