import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { propose } from '../../src/services/sessions/commands.ts';
import { type MostLooks, mostLooks, priceOf } from '../../src/web/looks.ts';
import { attendee, makeCamp } from '../support/camp.ts';
import { must } from '../support/factories.ts';
import { manyLooks } from '../support/limits.ts';
import { routesOf } from '../support/routes.ts';
import { openSite, type TestSite } from '../support/site.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const sites: { site: TestSite; server: Server }[] = [];
afterAll(async () => {
  for (const { site, server } of sites) {
    server.closeAllConnections();
    server.close();
    await site.close();
  }
});

/** A site with a BarCamp of 60 sessions, on a port. */
async function serve(looks: MostLooks, more?: Router) {
  const site = await openSite({ mostLooks: looks });
  const camp = await makeCamp(site.base);
  const ann = await attendee(site.base, camp);
  must(await propose(ann, { event: camp.slug, answers: { title: 'Bread, and how it is made' } }));
  await site.base.db.$client.query(
    `insert into sessions (event_id, number, title, abstract, kind)
     select event_id, n, title || ' ' || n, repeat('All about bread. ', 40), kind from sessions, generate_series(2, 60) n`,
  );
  const app = more ? makeApp(site.site, [() => more]) : site.app;
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sites.push({ site, server });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = (path: string, ip: string, headers = {}, signal?: AbortSignal) =>
    fetch(base + path, { signal, headers: { 'X-Forwarded-For': ip, 'User-Agent': 'one', ...headers } });
  return { site, get, list: `/events/${camp.slug}/sessions?q=bread` };
}

/** How many of fifty looks of one stranger were answered before the one of somebody else who came after them. */
async function ahead({ get, list }: Awaited<ReturnType<typeof serve>>) {
  await get(list, '203.0.113.2');
  let answered = 0;
  const crowd = Array.from({ length: 50 }, async () => {
    const { status } = await get(list, '203.0.113.1');
    answered++;
    return status;
  });
  await vi.waitFor(() => expect(answered).toBeGreaterThan(0), { timeout: 30_000, interval: 1 });
  const other = await get(list, '203.0.113.2');
  const before = answered;
  expect(other.status).toBe(200);
  return { before, statuses: new Set(await Promise.all(crowd)) };
}

describe('looks that cost', () => {
  it('fifty at once by one stranger make nobody else wait', async () => {
    const { before, statuses } = await ahead(await serve(mostLooks));
    expect(before).toBeLessThan(15);
    expect(statuses).toEqual(new Set([200]));
  });

  it('are made one at a time for a stranger, and three for all; without turns all at once', async () => {
    for (const [looks, ofOne, ofAll] of [
      [mostLooks, 1, 3],
      [manyLooks, 50, 100],
    ] as const) {
      let [working, most] = [0, 0];
      const slow = Router().get('/slow.json', async (_req, res) => {
        most = Math.max(most, ++working);
        // Longer than a hundred requests take to come in.
        await sleep(looks === manyLooks ? 2000 : 5);
        working--;
        res.json({});
      });
      const { get } = await serve(looks, slow);
      const crowd = (ip: string) => Array.from({ length: 50 }, () => get('/slow.json', ip));
      await Promise.all(crowd('203.0.113.1'));
      expect(most).toBe(ofOne);
      await Promise.all(
        ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4']
          .slice(looks === manyLooks ? 2 : 0)
          .flatMap(crowd),
      );
      expect(most).toBe(ofAll);
    }
  });

  it('whoever reads slowly makes nobody wait: a turn ends when its answer is made', async () => {
    const body = 'x'.repeat(20_000_000);
    const times: { begun: number; made: number }[] = [];
    const large = Router().get('/large.json', (_req, res) => {
      const begun = performance.now();
      res.set('Cache-Control', 'no-transform').send(body);
      times.push({ begun, made: performance.now() });
    });
    const { get } = await serve(mostLooks, large);
    // Their heads come, and nothing of their bodies is read.
    const slow = new AbortController();
    await Promise.all(Array.from({ length: 3 }, () => get('/large.json', '203.0.113.40', {}, slow.signal)));
    expect(times).toHaveLength(3);
    for (const n of [1, 2]) expect(times[n]!.begun - times[n - 1]!.made).toBeLessThan(500);
    slow.abort();
  });

  it('have an end a minute for the strangers of a network, whatever they call themselves; other networks and pages go on', async () => {
    const { get, list } = await serve({ ...mostLooks, client: 20, network: 52 });
    const ip = '203.0.113.9';
    const at = (n: number) => get(list, ip, { 'User-Agent': `n${n}` });
    for (let n = 0; n < 10; n++) expect((await at(n)).status).toBe(200);
    const refused = await at(11);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
    expect(await refused.text()).toContain('You have asked for a lot at once');
    const feed = await get('/events.ics', ip, { Accept: 'text/calendar' });
    expect([feed.status, feed.headers.get('content-type')]).toEqual([429, 'text/plain; charset=utf-8']);
    expect((await get('/EVENTS.ics/', ip)).status).toBe(429);
    // What was refused cost nothing: there is enough left for what costs less.
    const schedule = list.replace('/sessions?q=bread', '/schedule?screen=1');
    expect((await get(schedule, ip)).status).toBe(200);
    expect((await get(schedule, ip)).status).toBe(429);
    expect((await get('/events', ip)).status).toBe(200);
    expect((await get(list, '203.0.113.11')).status).toBe(200);
  });

  it('have an end of their own for whoever is signed in, wherever they are', async () => {
    const { site, get, list } = await serve({ ...mostLooks, client: 50, network: 10 });
    const ip = '203.0.113.10';
    for (const status of [200, 200, 429]) expect((await get(list, ip)).status).toBe(status);
    const ann = await site.signedIn('ann@example.org');
    const mine = async (from: string) => (await ann.get(list).set('X-Forwarded-For', from)).status;
    for (let n = 0; n < 10; n++) expect(await mine(ip)).toBe(200);
    expect(await mine('203.0.113.12')).toBe(429);
    expect((await get(list, '203.0.113.12')).status).toBe(200);
  });

  it('say that one may come again within a minute, whatever the clock does', async () => {
    const { get } = await serve({ ...mostLooks, network: 3 });
    const at = Date.now();
    expect((await get('/events.ics', '203.0.113.50')).status).toBe(200);
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => at - 3_600_000);
    try {
      const refused = await get('/events.ics', '203.0.113.50');
      expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60']);
    } finally {
      clock.mockRestore();
    }
  });

  it('serve a meeting of two hundred with the same phone behind one address, each with three looks in the same minute', async () => {
    const { get } = await serve(mostLooks);
    const people = Array.from({ length: 200 }, async () => {
      const all = ['/sessions?q=bread', '/events.ics', '/events.ics'].map((path) =>
        get(path, '203.0.113.20'),
      );
      return (await Promise.all(all)).map(({ status }) => status);
    });
    expect(new Set((await Promise.all(people)).flat())).toEqual(new Set([200]));
  });

  it('a line that is full is 503, with when to come again and what was typed', async () => {
    const { site, list } = await serve({ ...mostLooks, atWork: 0 });
    const full = await serve({ ...mostLooks, waiting: 0 });
    const refused = await full.get(full.list, '203.0.113.30');
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '5']);
    const form = `${full.list.split('?')[0]}/new`;
    const agent = full.site.browser().post(form).type('form');
    const sent = await agent.send({ title: 'Typed & kept' });
    expect([sent.status, sent.text.includes('Typed &amp; kept')]).toEqual([503, true]);
    // Whoever goes away while they wait is not waited for.
    await expect(site.browser().get(list).timeout(300)).rejects.toThrow(/[Tt]imeout/);
  });

  it('are what is decided of every page that there is', async () => {
    const { site } = await serve(manyLooks);
    // Served from memory or disk before anything is counted.
    const fixed = /^\/(assets\/|lost\.svg|favicon\.svg|wall\.svg|dev\/)|\.txt$|\.png$|webmanifest$/;
    const all = routesOf(site.app).flatMap((route) => /^GET (.*)$/.exec(route)?.[1] ?? []);
    const paths = [...new Set(all)].filter((path) => !fixed.test(path));
    const asPath = (path: string) => path.replace(/:(number|n|id)\b/g, '12').replace(/:\w+/g, 'some-thing');
    const of = (price: number) => paths.filter((path) => priceOf(asPath(path)) === price).sort();
    const dear = paths.filter((path) => priceOf(asPath(path)) > 0);
    const files = paths.filter((path) => /\.\w+$|images/.test(path));
    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((path) => !dear.includes(path))).toEqual([]);
    expect(dear.filter((path) => !files.includes(path)).sort()).toEqual(dearPages.sort());
    expect(of(0)).toEqual(smallPages.sort());
  });
});

/** A new page stands here, or among the small ones: whoever adds one decides. */
const dearPages = [
  '/sessions',
  '/series/:slug',
  '/events/past',
  '/events/:slug/sessions',
  '/events/:slug/sessions/new',
  '/events/:slug/sessions/:n/edit',
  '/events/:slug/sessions/:number/card',
  '/events/:slug/schedule',
  '/events/:slug/schedule/cell/:key',
  '/events/:slug/schedule/changes',
  '/organise/events/new',
  ...['edit', 'announce', 'attendees', 'preview', 'cards', 'pitches', 'wall'].map(
    (page) => `/organise/events/:slug/${page}`,
  ),
];

const smallPages = [
  '/',
  '/c/:token',
  '/chat',
  '/chat/stream',
  '/events',
  '/events/:slug',
  '/events/:slug/attendees',
  '/events/:slug/register',
  '/events/:slug/register/mailed',
  '/events/:slug/schedule/stream',
  '/events/:slug/sessions/:n',
  '/events/:slug/sessions/:n/invitation',
  '/healthz',
  '/help/waiting-list',
  '/me',
  '/me/forget',
  '/organise',
  '/organise/events/:slug',
  '/organise/events/:slug/attendees/cancel',
  '/organise/events/:slug/attendees/new',
  '/organise/events/:slug/cancel',
  '/organise/events/:slug/cancellations/:id',
  '/organise/events/:slug/check-in',
  '/organise/events/:slug/grid',
  '/organise/events/:slug/grid/rooms/:id',
  '/organise/events/:slug/grid/slots/:id',
  '/organise/events/:slug/grid/slots/new',
  '/organise/events/:slug/line',
  '/organise/events/:slug/restaurant',
  '/organise/events/:slug/strangers',
  '/organise/events/:slug/tables',
  '/organise/events/:slug/team',
  '/organise/jobs',
  '/organise/team',
  '/r/:token',
  '/r/:token/party',
  '/readyz',
  '/sign-in',
  '/sign-in/:token',
  '/t/:token',
  '/unsubscribe/:token',
];
