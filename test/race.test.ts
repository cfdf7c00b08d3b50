import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConverse } from '../bot/conversation.ts';
import type { Base } from '../src/context.ts';
import type { Event } from '../src/services/events/queries.ts';
import type { Converse } from '../src/shared/chat.ts';
import { freshDatabase } from './support/database.ts';
import { makeBase, makeEvent } from './support/factories.ts';
import { startProcess } from './support/processes.ts';

// 400 people want 50 places at once, half on the website and half through the bot, each door in two processes.

let database: { url: string; drop(): Promise<void> };
let bots: Base[];
beforeAll(async () => {
  database = await freshDatabase();
  bots = [makeBase(database.url, () => new Date()), makeBase(database.url, () => new Date())];
});
afterAll(async () => {
  await Promise.all(bots.map((one) => one.db.$client.end()));
  await database.drop();
});

const people = 400;
const places = 50;

type Said = { confirmed: boolean; manage?: string };

async function byWeb(site: string, event: Event, n: number): Promise<Said> {
  const body = new URLSearchParams({ name: `Web ${n}`, email: `web${n}.${event.slug}@example.org` });
  const sent = await post(`${site}/events/${event.slug}/register`, body);
  expect(sent.status).toBe(303);
  const manage = sent.headers.get('location')!;
  const page = await (await fetch(site + manage)).text();
  return { confirmed: page.includes('ticket-confirmed'), manage: site + manage };
}

async function byBot(converse: Converse, event: Event, n: number): Promise<Said> {
  const text = `register ${event.slug} "Bot ${n}" bot${n}.${event.slug}@example.org no yes`;
  const [first] = await converse({ address: `xmpp:bot${n}@example.net`, key: event.slug, text });
  expect(first!.text).toMatch(/^(You are coming to|.* is full; you are number \d+)/);
  return { confirmed: first!.text.startsWith('You are coming') };
}

const post = (url: string, body?: URLSearchParams) =>
  fetch(url, { method: 'POST', body, redirect: 'manual', headers: { 'Sec-Fetch-Site': 'same-origin' } });

async function rush(mode: 'locked' | 'unlocked', cancels: boolean) {
  const { url } = database;
  const event = await makeEvent(bots[0]!, { capacity: String(places), ...soon() });
  const talks = bots.map(makeConverse);
  const webs = await Promise.all([0, 1].map(() => startProcess('web-process.ts', url, mode)));
  try {
    const asked = Array.from({ length: people }, async (_, n) => {
      const said =
        n % 2
          ? await byBot(talks[n % 4 === 1 ? 0 : 1]!, event, n)
          : await byWeb(webs[n % 4 ? 1 : 0]!.line, event, n);
      if (!cancels || !said.manage || n % 10 !== 0) return { said, left: false };
      expect((await post(`${said.manage}/cancel`)).status).toBe(303);
      return { said, left: true };
    });
    const outcomes = await Promise.all(asked);
    return { outcomes, file: await onFile(event) };
  } finally {
    await Promise.all(webs.map((web) => web.kill()));
  }
}

const soon = () => {
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
  return { startsAt: `${day(9)}T19:00`, endsAt: `${day(9)}T22:00` };
};

async function onFile(event: Event) {
  const found = await bots[0]!.db.$client.query(
    `select count(*) filter (where r.state = 'confirmed')::int confirmed,
      count(*) filter (where r.state = 'waitlisted')::int waitlisted,
      count(*) filter (where r.state = 'cancelled')::int cancelled,
      max(position) filter (where r.state = 'confirmed') last_in,
      min(position) filter (where r.state = 'waitlisted') first_out,
      count(distinct position)::int positions, e.taken, e.waiting
    from registrations r join events e on e.id = r.event_id where e.id = $1 group by e.id`,
    [event.id],
  );
  return found.rows[0];
}

describe('400 people and 50 places by two doors in four processes', () => {
  /** The negative control: without the lock it must oversell, or the test below proves nothing. */
  it('oversells when the lock is off', { timeout: 150_000 }, async () => {
    let most = 0;
    // Chance may keep them apart once on a busy machine, not every time.
    for (let time = 0; time < 5 && most <= places; time++)
      most = Math.max(most, (await rush('unlocked', false)).file.confirmed);
    expect(most).toBeGreaterThan(places);
  });

  it('is never over, never under at rest, and keeps the order, with cancellations in between', {
    timeout: 90_000,
  }, async () => {
    const { outcomes, file } = await rush('locked', true);
    const left = outcomes.filter((one) => one.left).length;
    expect(left).toBe(people / 10);
    expect(file).toMatchObject({
      confirmed: places,
      taken: places,
      cancelled: left,
      waitlisted: people - places - left,
      waiting: people - places - left,
      positions: people,
    });
    expect(file.last_in).toBeLessThan(file.first_out);
  });
});
