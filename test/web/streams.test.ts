import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { signInLink } from '../../src/services/people/commands.ts';
import { mostStreams } from '../../src/web/streams.ts';
import { type Camp, makeCamp } from '../support/camp.ts';
import { asSystem } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

const open: { close(): void }[] = [];
const sites: { site: TestSite; server: Server }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
afterAll(async () => {
  for (const { site, server } of sites) {
    server.closeAllConnections();
    server.close();
    await site.close();
  }
});

async function serve(more: Parameters<typeof openSite>[0] = {}) {
  const site = await openSite(more);
  const server = site.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sites.push({ site, server });
  return { site, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

type Answer = { status: number; retry?: string; ended: Promise<void> };

function ask(url: string, { method = 'GET', headers = {} } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (answer) => {
      const ended = once(answer.resume(), 'end').then(() => {});
      // A stream that is closed from here breaks off.
      ended.catch(() => {});
      resolve({ status: answer.statusCode!, retry: answer.headers['retry-after'], ended });
    });
    open.push({ close: () => asked.destroy() });
    asked.on('error', reject).end();
  });
}

const browser = (name: string) => ({ headers: { 'User-Agent': name } });

describe('streams', () => {
  let base: string;
  let site: TestSite;
  let camp: Camp;
  let url: string;
  beforeAll(async () => {
    ({ base, site } = await serve({ mostStreams: { client: 20, network: 45, process: 60 } }));
    camp = await makeCamp(site.base);
    url = `${base}/events/${camp.slug}/schedule/stream`;
  });

  it('are as many for the strangers of a network as a meeting has pages open, with phones of one model', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => ask(url, browser('phone'))));
    expect(all.filter((one) => one.status === 200).length).toBe(45);
    const refused = all.filter((one) => one.status !== 200);
    expect(refused.map((one) => [one.status, one.retry])).toEqual(Array(5).fill([429, '30']));
    for (const one of open.splice(0)) one.close();
    await vi.waitFor(async () => expect((await ask(url, browser('phone'))).status).toBe(200), 5000);
  });

  it('are enough for a room of two hundred', async () => {
    const large = await serve({ mostStreams });
    const own = await makeCamp(large.site.base);
    const at = `${large.base}/events/${own.slug}/schedule/stream`;
    const room = await Promise.all(Array.from({ length: 200 }, () => ask(at, browser('phone'))));
    expect(room.filter((one) => one.status === 200).length).toBe(200);
  });

  it('have an end for the whole process', async () => {
    const small = await serve({ mostStreams: { client: 20, network: 45, process: 3 } });
    const own = await makeCamp(small.site.base);
    const at = `${small.base}/events/${own.slug}/schedule/stream`;
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(at, browser(name))));
    expect(all.map((one) => one.status).sort()).toEqual([200, 200, 200, 503]);
    expect(all.find((one) => one.status === 503)?.retry).toBe('30');
  });

  it('are twenty a session, which are open beside those of strangers', async () => {
    const link = await signInLink(asSystem(site.base), 'ann@example.org');
    const sent = await site.browser().post(new URL(link).pathname).expect(303);
    const cookie = String(sent.get('set-cookie')).split(';')[0]!;
    const mine = { headers: { 'User-Agent': 'phone', Cookie: cookie } };
    const all = await Promise.all(Array.from({ length: 25 }, () => ask(url, mine)));
    expect(all.filter((one) => one.status === 200).length).toBe(20);
    expect((await ask(url, browser('phone'))).status).toBe(200);
  });

  it('end at once for a HEAD, of every stream that there is', async () => {
    const agent = site.browser();
    await agent.post('/chat').type('form').send({ text: 'menu' });
    for (const path of [`/events/${camp.slug}/schedule/stream`, '/chat/stream']) {
      const answer = await ask(base + path, { method: 'HEAD' });
      expect([200, 204]).toContain(answer.status);
      await answer.ended;
    }
    const head = await agent.head('/chat/stream').timeout(3000);
    expect([head.status, head.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });
});
