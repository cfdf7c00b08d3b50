import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { load } from 'cheerio';
import { Router } from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { outagePage } from '../../src/web/failures.ts';
import { openSite, type TestSite } from '../support/site.ts';

// The page that says that something is not possible just now: where it leads, and what it promises.

let site: TestSite;
let app: ReturnType<typeof makeApp>;
beforeAll(async () => {
  site = await openSite();
  // Everything is away.
  const away = () => Router().use((req, res) => outagePage(req, res, 'away'));
  app = makeApp(site.site, [away]);
});
afterAll(() => site.close());

/** Asks for a path that URL() would take for another host's. */
async function asItIs(port: number, method: string, path: string): Promise<string> {
  const headers = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded' };
  const asked = http.request({ port, host: '127.0.0.1', method, path, headers });
  asked.end(method === 'POST' ? 'name=Ann' : undefined);
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
  expect(answer.statusCode).toBe(503);
  return text(answer);
}

const evil = ['//evil.example/x', '/\\evil.example/x', '///evil.example', '//evil.example/%2f..?next=1'];

describe('a page that says to come again', () => {
  it('leads to this site alone, whatever was asked for', async () => {
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    for (const path of evil)
      for (const method of ['GET', 'POST']) {
        const $ = load(await asItIs((server.address() as AddressInfo).port, method, path));
        const to = $('main form').attr('action') ?? $('main a.button').attr('href')!;
        expect(new URL(to, 'https://events.example.org').host).toBe('events.example.org');
        expect(to).toMatch(/^\/(?![/\\])/);
      }
    server.close();
    const page = await request(app).get('/events/past?after=3');
    expect(load(page.text)('main a.button').attr('href')).toBe('/events/past?after=3');
  });

  it('promises that nothing is done twice only of what has a number, and never says that it was not done', async () => {
    const send = async (fields: Record<string, string>) => {
      const sent = request(app).post('/me/name').set('Sec-Fetch-Site', 'same-origin').type('form');
      return load((await sent.send(fields)).text)('main').text();
    };
    expect(await send({ name: 'Ann', nonce: 'x'.repeat(22) })).toContain('it is not done twice');
    for (const nonce of [{}, { nonce: '' }] as Record<string, string>[]) {
      const said = await send({ name: 'Ann', ...nonce });
      expect(said).not.toContain('not done twice');
      expect(said).toContain('look first');
      expect(said).toContain('may not have been done');
    }
  });
});
