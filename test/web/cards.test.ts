import { load } from 'cheerio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '../../src/context.ts';
import { logPath } from '../../src/log.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { openGrid, placeSession } from '../../src/services/grid/commands.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { setStar, withdrawSession } from '../../src/services/sessions/commands.ts';
import { sessionByNumber } from '../../src/services/sessions/queries.ts';
import { urlToken } from '../../src/shared/ids.ts';
import { attendee, type Camp, hold, keyOfCell, makeCamp } from '../support/camp.ts';
import { asSystem, must, secret } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let now: Date;
beforeAll(async () => {
  site = await openSite({ now: () => now });
});
beforeEach(() => {
  now = new Date('2026-05-01T12:00:00Z');
});
afterAll(() => site.close());

const session = async (camp: Camp, number: number) =>
  (await sessionByNumber(site.base.db, camp.event.id, number))!;
const cardPath = async (camp: Camp, number: number) =>
  `/c/${urlToken(secret, 'card', (await session(camp, number)).key)}`;
const place = (path: string, camp: Camp, cell: number) =>
  site
    .browser()
    .post(`${path}/place`)
    .type('form')
    .send({ cell: keyOfCell(camp.cells[cell]!) });
const text = (html: string, part: string) => load(html)(part).text().replace(/\s+/g, ' ').trim();
const cells = (html: string, part = 'main') => {
  const $ = load(html);
  return $(`${part} button[name=cell]`)
    .toArray()
    .map((one) => `${$(one).attr('aria-label')} ${$(one).attr('value')}`);
};

/** A BarCamp with two sessions of Ann's: the first is on the grid, the second waits. */
async function made(): Promise<{ camp: Camp; ann: Ctx; path: string }> {
  const camp = await makeCamp(site.base);
  const ann = await attendee(site.base, camp);
  await hold(ann, camp, 'One', 0);
  await hold(ann, camp, 'Two');
  return { camp, ann, path: await cardPath(camp, 2) };
}

describe('a card’s page', () => {
  it('asks only where and when, without signing in, and is kept and named nowhere', async () => {
    const { camp, path } = await made();
    const page = await site.browser().get(path).expect(200);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(logPath(`${path}/place?x`)).toBe('/c/…/place');
    expect(text(page.text, 'h1')).toBe('Two');
    // The two soonest, then all that are free, by time.
    const key = (cell: number) => keyOfCell(camp.cells[cell]!);
    expect(cells(page.text).slice(0, 5)).toEqual([
      `Blue, Sat 30 May, 10:00 ${key(1)}`,
      `Red, Sat 30 May, 10:30 ${key(2)}`,
      `Blue, Sat 30 May, 10:00 ${key(1)}`,
      `Red, Sat 30 May, 10:30 ${key(2)}`,
      `Blue, Sat 30 May, 10:30 ${key(3)}`,
    ]);
    expect(text(page.text, '.card-time:first-child .card-taken')).toBe('1 takenRed: “One”, Ann');
  });

  it('places, moves and takes off with one touch each', async () => {
    const { camp, path } = await made();
    const placed = await place(path, camp, 3);
    expect([placed.status, placed.headers.location]).toEqual([303, `${path}?said=card_placed`]);
    const page = (await site.browser().get(placed.headers.location!)).text;
    expect(text(page, '.card-now')).toContain('Blue, Sat 30 May, 10:30–11:00 (London)');
    expect(text(page, '.notice-ok')).toBe('It is on the grid.');
    await place(path, camp, 5).expect(303);
    expect((await session(camp, 2)).place).toMatchObject(camp.cells[5]!);
    const off = await site.browser().post(`${path}/off`);
    expect([off.status, off.headers.location]).toEqual([303, `${path}?said=card_off`]);
    expect((await session(camp, 2)).place).toBeNull();
    await site.browser().post(`${path}/off`).expect(303);
  });

  it('names who has a place that is taken, and what is free near it', async () => {
    const { camp, path } = await made();
    const lost = await place(path, camp, 0);
    expect(lost.status).toBe(409);
    expect(text(lost.text, '#errors')).toContain('“One” (Ann) already has Red at that time.');
    expect(cells(lost.text, '#errors')).toEqual([
      `Blue, Sat 30 May, 10:00 ${keyOfCell(camp.cells[1]!)}`,
      `Red, Sat 30 May, 10:30 ${keyOfCell(camp.cells[2]!)}`,
      `Blue, Sat 30 May, 10:30 ${keyOfCell(camp.cells[3]!)}`,
      `Red, Sat 30 May, 11:00 ${keyOfCell(camp.cells[4]!)}`,
    ]);
    const nowhere = await site.browser().post(`${path}/place`).type('form').send({ cell: 'x' });
    expect(nowhere.status).toBe(404);
    expect(text(nowhere.text, '#errors')).toContain('There is no such room or time');
    expect(cells(nowhere.text, '#errors')).toHaveLength(4);
    expect((await session(camp, 2)).place).toBeNull();
  });

  it('tells what is unwise about the place', async () => {
    const { camp, path } = await made();
    await place(path, camp, 1).expect(303);
    const page = (await site.browser().get(path)).text;
    expect(text(page, '.card-now')).toContain('Ann also holds “One” at that time.');
  });

  it('only tells, while the grid is locked', async () => {
    const { camp, path } = await made();
    await place(path, camp, 3).expect(303);
    must(await openGrid(asSystem(site.base), camp.slug, false));
    const page = (await site.browser().get(path).expect(200)).text;
    expect(text(page, '.notice-warning')).toContain('is locked just now');
    expect(load(page)('main form')).toHaveLength(0);
    expect((await place(path, camp, 5)).status).toBe(409);
    expect((await site.browser().post(`${path}/off`)).status).toBe(409);
    expect((await session(camp, 2)).place).toMatchObject(camp.cells[3]!);
  });

  it('of a session that was withdrawn says so', async () => {
    const { camp, ann, path } = await made();
    must(await withdrawSession(ann, camp.slug, 2));
    const page = await site.browser().get(path);
    expect(page.status).toBe(410);
    expect(text(page.text, 'main')).toContain('“Two” has been withdrawn.');
    const sent = await place(path, camp, 3);
    expect([sent.status, load(sent.text)('main form').length]).toEqual([410, 0]);
  });

  it('of a cancelled or past event, or of a grid without rooms, has nothing to choose', async () => {
    const { camp, path } = await made();
    now = new Date('2026-05-30T10:10:00Z');
    // What is over is not offered: of four times one is left.
    expect(load((await site.browser().get(path)).text)('.card-time')).toHaveLength(2);
    now = new Date('2026-05-31T12:00:00Z');
    expect(load((await site.browser().get(path)).text)('main form')).toHaveLength(0);
    now = new Date('2026-05-01T12:00:00Z');
    must(await cancelEvent(asSystem(site.base), camp.slug, ''));
    expect(load((await site.browser().get(path)).text)('main form')).toHaveLength(0);
    const bare = await makeCamp(site.base, { rooms: [], event: {} });
    await hold(await attendee(site.base, bare, 'Bea'), bare, 'Alone');
    const page = (
      await site
        .browser()
        .get(await cardPath(bare, 1))
        .expect(200)
    ).text;
    expect(text(page, '.notice-warning')).toContain('There are no rooms and times yet.');
  });

  it('is not found by any other code, not even another one of ours', async () => {
    const { camp } = await made();
    const { key } = await session(camp, 2);
    const wrong = [
      'x',
      urlToken(secret, 'ticket', key),
      urlToken('another secret', 'card', key),
      urlToken(secret, 'card', '00000000-0000-4000-8000-000000000000'),
    ];
    for (const token of wrong) {
      expect((await site.browser().get(`/c/${token}`)).status).toBe(404);
      expect((await site.browser().post(`/c/${token}/off`)).status).toBe(404);
      expect((await place(`/c/${token}`, camp, 3)).status).toBe(404);
    }
    expect((await site.browser().get(`/c/${wrong[0]}`)).text).toContain('This link does not open anything.');
  });

  it('gives one place to one of many who touch it at the same moment', async () => {
    const { camp, ann } = await made();
    const numbers = [];
    for (let n = 0; n < 6; n++) numbers.push(await hold(ann, camp, `More ${n}`));
    const paths = await Promise.all(numbers.map((number) => cardPath(camp, number)));
    const answers = await Promise.all(paths.map((one) => place(one, camp, 7)));
    expect(answers.map((one) => one.status).sort()).toEqual([303, 409, 409, 409, 409, 409]);
  });

  it('costs the same few queries for one session and for thirty', async () => {
    const camp = await makeCamp(site.base, { from: '09:00', to: '17:00', minutes: '15' });
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'Session 0', 0);
    const path = await cardPath(camp, 1);
    const look = () => countQueries(site.base.db, () => site.browser().get(path).expect(200));
    const one = await look();
    for (let n = 1; n < 30; n++) await hold(ann, camp, `Session ${n}`, n);
    expect(await look()).toBe(one);
    expect(one).toBeLessThan(10);
  });
});

describe('one’s own card', () => {
  const own = (camp: Camp, number: number | string = 1) => `/events/${camp.slug}/sessions/${number}/card`;
  it('is printed by those who hold the session and by organisers', async () => {
    const { camp } = await made();
    must(
      await grantRole(asSystem(site.base), {
        email: 'o@example.org',
        role: 'organiser',
        eventId: camp.event.id,
      }),
    );
    for (const email of ['ann@example.org', 'o@example.org']) {
      const agent = await site.signedIn(email);
      const page = await agent.get(own(camp)).expect(200);
      expect(page.headers['cache-control']).toBe('no-store');
      expect(text(page.text, '.paper-card')).toMatch(/^1 One Ann Talk/);
      expect(load(page.text)('.paper-card svg.qr')).toHaveLength(1);
    }
  });

  it('is nobody else’s', async () => {
    const { camp, ann } = await made();
    await attendee(site.base, camp, 'Bob');
    must(await setStar(ann, camp.slug, 2, true));
    must(
      await grantRole(asSystem(site.base), {
        email: 'h@example.org',
        role: 'helper',
        eventId: camp.event.id,
      }),
    );
    for (const email of ['bob@example.org', 'h@example.org']) {
      const page = await (await site.signedIn(email)).get(own(camp));
      expect(page.status).toBe(403);
      expect(page.text).not.toContain('class="qr"');
    }
    expect((await site.browser().get(own(camp))).headers.location).toMatch(/^\/sign-in\?next=/);
  });

  it('is not there for a session that is not, or is withdrawn', async () => {
    const { camp, ann } = await made();
    const agent = await site.signedIn('ann@example.org');
    for (const number of [99, 'x']) expect((await agent.get(own(camp, number))).status).toBe(404);
    expect((await agent.get('/events/no-such/sessions/1/card')).status).toBe(404);
    must(await placeSession(ann, { event: camp.slug, session: 2, ...camp.cells[4]! }));
    must(await withdrawSession(ann, camp.slug, 2));
    expect((await agent.get(own(camp, 2))).status).toBe(410);
  });
});
