import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { load } from 'cheerio';
import type { Request, Response } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/db/listen.ts';
import type { Event } from '../../src/services/events/queries.ts';
import { signInLink } from '../../src/services/people/commands.ts';
import { keptPages } from '../../src/web/kept.ts';
import { startWeb, type Web } from '../../src/web/server.ts';
import { asSystem, makeBase, makeEvent, must, signUp } from '../support/factories.ts';
import { withClient } from '../support/postgres.ts';
import { until } from '../support/processes.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let web: Web;
let clock = 0;
beforeAll(async () => {
  site = await openSite();
  site.site.kept = keptPages(site.site.listener, () => clock);
  web = await startWeb(site.site, { port: 0, host: '127.0.0.1' });
  await until(() => site.site.listener.isUp());
});
afterAll(async () => {
  await web.stop();
  await site.close();
});

/** Only a page that was kept has an ETag. */
const isKept = (answer: Answer) => answer.headers.etag !== undefined;

/** An event whose page is kept. */
async function keptEvent(): Promise<{ event: Event; path: string; first: Answer }> {
  const event = await makeEvent(site.base, { capacity: '20', series: 'Week' });
  const path = `/events/${event.slug}`;
  await until(async () => isKept(await ask(path)));
  return { event, path, first: await ask(path) };
}
const places = (answer: Answer) => load(answer.body.toString())('.facts .sticker').text();

describe('a kept page', () => {
  it('is what was rendered, with the same headers', async () => {
    const { path, first } = await keptEvent();
    const rendered = await ask(`${path}?x`);
    expect(isKept(rendered)).toBe(false);
    expect(first.body.toString()).toBe(rendered.body.toString());
    const { etag: _, date: __, vary, 'content-length': ___, ...same } = first.headers;
    expect(rendered.headers).toMatchObject(same);
    expect(vary).toBe('Accept-Encoding, Cookie');
    expect(same['content-security-policy']).toContain("default-src 'self'");
    expect(same['cache-control']).toBe('no-cache');
  });

  it('is answered for the path alone: no query, no HEAD, no other method', async () => {
    const { path } = await keptEvent();
    expect((await ask(`${path}?said=cancelled`)).body.toString()).toContain('role="status"');
    expect((await ask(path)).body.toString()).not.toContain('role="status"');
    const head = await ask(path, { method: 'HEAD' });
    expect([head.status, head.body.length, isKept(head)]).toEqual([200, 0, false]);
    expect((await ask(path, { method: 'PUT', headers: { 'Sec-Fetch-Site': 'same-origin' } })).status).toBe(
      405,
    );
  });

  it('is never for somebody who is signed in, nor theirs for anybody else', async () => {
    const { event, path } = await keptEvent();
    must(await signUp(site.base, event, 'Ann'));
    const link = new URL(await signInLink(asSystem(site.base), 'ann@example.org')).pathname;
    const signed = await ask(link, { method: 'POST', headers: { 'Sec-Fetch-Site': 'same-origin' } });
    const cookie = String(signed.headers['set-cookie']).split(';')[0]!;
    for (let n = 0; n < 3; n++) {
      const own = await ask(path, { headers: { Cookie: cookie } });
      expect(isKept(own)).toBe(false);
      expect(own.body.toString()).toContain('You are coming.');
      expect((await ask(path)).body.toString()).not.toMatch(/You are coming\.|\/r\//);
    }
  });

  it('is not sent again to those who have it', async () => {
    const { event, path, first } = await keptEvent();
    const etag = first.headers.etag!;
    for (const known of [etag, `"other", ${etag}`, etag.replace('W/', '')]) {
      const answer = await ask(path, { headers: { 'If-None-Match': known } });
      expect([answer.status, answer.body.length, answer.headers.etag]).toEqual([304, 0, etag]);
    }
    expect((await ask(path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
    must(await signUp(site.base, event, 'Ann'));
    await until(async () => (await ask(path, { headers: { 'If-None-Match': etag } })).status === 200);
  });

  it('is packed for those who can unpack it', async () => {
    const { path, first } = await keptEvent();
    const packed = await ask(path, { headers: { 'Accept-Encoding': 'br, gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(first.body.length / 2);
    expect(gunzipSync(packed.body).equals(first.body)).toBe(true);
    for (const coding of ['identity', 'gzip;q=0', 'gzip; q=0.0, identity', 'xgzipx']) {
      const plain = await ask(path, { headers: { 'Accept-Encoding': coding } });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body.equals(first.body)).toBe(true);
    }
  });

  it('lives twenty seconds at most', async () => {
    const { path } = await keptEvent();
    clock += 20_000;
    expect(isKept(await ask(path))).toBe(true);
    clock += 1;
    expect(isKept(await ask(path))).toBe(false);
    expect(isKept(await ask(path))).toBe(true);
  });

  it('goes with the answer to a form that this process took', async () => {
    const { path } = await keptEvent();
    for (let n = 1; n <= 10; n++) {
      await until(async () => isKept(await ask(path)));
      const body = `name=Ann&email=ann${n}@example.org`;
      const sent = await ask(`${path}/register`, { method: 'POST', headers: form, body });
      expect(sent.status).toBe(303);
      expect(places(await ask(path))).toBe(`${20 - n} places left`);
    }
  });

  it('goes at once when another process changes any event', async () => {
    const { event, path } = await keptEvent();
    const home = await ask('/');
    expect(home.status).toBe(200);
    const other = makeBase(site.url);
    for (let n = 1; n <= 5; n++) {
      await until(async () => isKept(await ask(path)) && isKept(await ask('/')));
      must(await signUp(other, event, `Ann ${n}`));
      const start = Date.now();
      await until(async () => places(await ask(path)) === `${20 - n} places left`);
      expect(Date.now() - start).toBeLessThan(2000);
    }
    await until(async () => isKept(await ask(path)));
    await makeEvent(other, { name: 'A new neighbour', series: 'Week', startsAt: '2026-05-29T19:00' });
    await until(async () => (await ask(path)).body.toString().includes('A new neighbour'));
    await until(async () => (await ask('/')).body.toString().includes('A new neighbour'));
    await other.db.$client.end();
  });

  it('is not trusted while the notifications are down, and comes back with them', async () => {
    const { event, path } = await keptEvent();
    const { listener } = site.site;
    const down = once(listener, 'down');
    await withClient(site.url, (client) =>
      client.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'turnout listen' and datname = current_database()`),
    );
    await down;
    expect(isKept(await ask(path))).toBe(false);
    must(await signUp(site.base, event, 'Ann'));
    expect(places(await ask(path))).toBe('19 places left');
    await until(async () => isKept(await ask(path)));
    expect(listener.isUp()).toBe(true);
  });

  it('is not one whose data may have changed while it was made', async () => {
    const listener = listen(site.url);
    await once(listener, 'up');
    const kept = keptPages(listener);
    const req = { url: '/x', method: 'GET', headers: {} } as Request;
    const res = { statusCode: 200, getHeaders: () => ({}) } as unknown as Response;
    const answers = () => kept.answer(req, { writeHead: () => ({ end: () => {} }) } as never);
    const before = kept.generation();
    listener.emit('event_changed', 'x');
    kept.keep(req, res, { path: '/x', generation: before, html: 'old' });
    expect(answers()).toBe(false);
    kept.keep(req, res, { path: '/x', generation: kept.generation(), html: 'new' });
    expect(answers()).toBe(true);
    kept.keep({ ...req, url: '/y?z' } as Request, res, {
      path: '/y',
      generation: kept.generation(),
      html: '',
    });
    expect(kept.answer({ ...req, url: '/y' } as Request, {} as never)).toBe(false);
    await listener.stop();
  });
});

const form = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded' };

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };
type Asked = { method?: string; headers?: Record<string, string>; body?: string };

/** One request as it stands: nothing is added, followed or unpacked. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(web.url + path, { method, headers }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part) => parts.push(part));
      res.on('end', () =>
        resolve({ status: res.statusCode!, headers: res.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on('error', reject).end(body);
  });
}
