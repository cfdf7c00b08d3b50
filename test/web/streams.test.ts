import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { signInLink } from '../../src/services/people/commands.ts';
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

  const statuses = async (count: number, name: string) =>
    (await Promise.all(Array.from({ length: count }, () => ask(url, browser(name))))).map(
      (one) => one.status,
    );

  it('are twenty a client; one more is told when to ask again, and gets one once another has gone', async () => {
    const all = await Promise.all(Array.from({ length: 25 }, () => ask(url, browser('one'))));
    expect(all.filter((one) => one.status === 200).length).toBe(20);
    const refused = all.filter((one) => one.status !== 200);
    expect(refused.map((one) => [one.status, one.retry])).toEqual(Array(5).fill([429, '30']));
    for (const one of open.splice(0)) one.close();
    await vi.waitFor(async () => expect((await ask(url, browser('one'))).status).toBe(200), 5000);
  });

  it('are as many a network as a meeting has pages open', async () => {
    const some = await Promise.all(['a', 'b', 'c'].map((name) => statuses(20, name)));
    expect(some.flat().filter((status) => status === 200).length).toBe(45);
    expect(new Set(some.flat())).toEqual(new Set([200, 429]));
  });

  it('have an end for the whole process', async () => {
    const small = await serve({ mostStreams: { client: 20, network: 45, process: 3 } });
    const own = await makeCamp(small.site.base);
    const at = `${small.base}/events/${own.slug}/schedule/stream`;
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(at, browser(name))));
    expect(all.map((one) => one.status).sort()).toEqual([200, 200, 200, 503]);
    expect(all.find((one) => one.status === 503)?.retry).toBe('30');
  });

  it('of a session are its own, whoever else is behind its address', async () => {
    const link = await signInLink(asSystem(site.base), 'ann@example.org');
    const sent = await site.browser().post(new URL(link).pathname).expect(303);
    const cookie = String(sent.get('set-cookie')).split(';')[0]!;
    expect((await statuses(21, 'phone')).filter((status) => status === 200).length).toBe(20);
    expect((await ask(url, { headers: { 'User-Agent': 'phone', Cookie: cookie } })).status).toBe(200);
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
