import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/services/events/queries.ts';
import { limits } from '../../src/services/limits/limits.ts';
import { nonce } from '../../src/shared/ids.ts';
import { makeEvent, noon, signUp } from '../support/factories.ts';
import { generous } from '../support/limits.ts';
import { openSite, type TestSite } from '../support/site.ts';

// 500 addresses, every other one of them known: what a stranger hears of them on the website and in the chat, after the third that was told.

const key = 'a-key-of-the-tests';
let site: TestSite;
let server: Server;
let base: string;
const addresses = Array.from({ length: 500 }, (_, n) => ({
  email: `person${n}@example.org`,
  known: n % 2 === 0,
}));
const known = addresses.filter((one) => one.known);
beforeAll(async () => {
  const limited = { ...generous, known_answers: limits.known_answers };
  const options = { now: () => noon, limits: limited, imified: { key }, chatPace: 100_000 };
  site = await openSite(options);
  server = site.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await site.close();
});

async function eventWithKnown(): Promise<Event> {
  const event = await makeEvent(site.base);
  await Promise.all(known.map(({ email }) => signUp(site.base, event, 'Ann', { email })));
  return event;
}

type Heard = { known: boolean; heard: string };
const apart = (answers: Heard[]) =>
  [true, false].map((which) => [
    ...new Set(answers.filter((one) => one.known === which).map((one) => one.heard)),
  ]);

const blank = (text: string, email: string) =>
  text.replaceAll(email, '@').replace(/value="[\w-]{22}"/g, 'value="nonce"');

const post = (path: string, fields: Record<string, string>) =>
  fetch(base + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams(fields),
  });

async function form(event: Event, email: string): Promise<string> {
  const sent = await post(`/events/${event.slug}/register`, { name: 'Eve', email, nonce: nonce() });
  const heads = [...sent.headers].filter(([name]) => name !== 'date');
  return blank(JSON.stringify([sent.status, heads, await sent.text()]), email);
}

describe('a list of 500 addresses', () => {
  it('is 500 times the same at the website', async () => {
    const event = await eventWithKnown();
    for (const { email } of known.slice(0, 3))
      expect(await form(event, email)).toContain('already registered');
    const rest = addresses.filter(({ email }) => !known.slice(0, 3).some((one) => one.email === email));
    const heard = await Promise.all(
      rest.map(async ({ email, ...one }) => ({ ...one, heard: await form(event, email) })),
    );
    const [ofKnown, ofUnknown] = apart(heard);
    expect(ofKnown).toEqual(ofUnknown);
    expect(ofKnown).toHaveLength(1);
    const page = await fetch(`${base}/events/${event.slug}/register/mailed`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Look in your mail')]);
  }, 120_000);

  it('is 500 times the same to the chats of one network, and to one chat, in one line and step by step', async () => {
    const event = await eventWithKnown();
    const say = async (address: string, text: string) =>
      (await site.site.converse({ address, key: nonce(), text, network: '198.51.100.1' }))
        .map((one) => one.text)
        .join('\n');
    const line = async (address: string, email: string) => {
      const heard = blank(await say(address, `register ${event.slug} Eve ${email} no yes`), email);
      await say(address, 'cancel');
      return heard;
    };
    for (const { email } of known.slice(0, 3))
      expect(await line('web:first', email)).toContain('has been used here before');
    const chats = await Promise.all(
      addresses
        .slice(6)
        .map(async ({ email, ...one }, n) => ({ ...one, heard: await line(`web:eve${n}`, email) })),
    );
    const gateway = async (msg: string) =>
      (await post('/bot/imified', { botkey: key, userkey: 'eve', network: 'jabber', msg })).text();
    const steps = async (email: string) => {
      const heard: string[] = [];
      for (const msg of [`register ${event.slug}`, 'Eve', email, 'no', 'yes']) heard.push(await gateway(msg));
      return blank(heard.join('\n'), email);
    };
    for (const { email } of known.slice(0, 3)) {
      expect(await gateway(`register ${event.slug} Eve ${email} no yes`)).toContain(
        'has been used here before',
      );
      await gateway('cancel');
    }
    // The first long walk is taught to be said in one line.
    await steps('taught@example.org');
    const walks: Heard[] = [];
    for (const { email, ...one } of addresses.slice(400, 416))
      walks.push({ ...one, heard: await steps(email) });
    for (const answers of [chats, walks]) {
      const [ofKnown, ofUnknown] = apart(answers);
      expect(ofKnown).toEqual(ofUnknown);
      expect(ofKnown).toHaveLength(1);
      expect(ofKnown![0]).toContain('Look into your mailbox');
    }
    // Nor does the chat know anything of them afterwards.
    for (const word of ['whoami', 'my']) {
      expect(await gateway(word)).not.toMatch(/person\d+@|You are (coming|Eve)/);
      await gateway('cancel');
    }
  }, 120_000);
});
