import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logPath } from '../../src/log.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { addSlots, placeSession, unplaceSession } from '../../src/services/grid/commands.ts';
import { renewFeed } from '../../src/services/people/commands.ts';
import { personById } from '../../src/services/people/queries.ts';
import { setStar, withdrawSession } from '../../src/services/sessions/commands.ts';
import { urlToken } from '../../src/shared/ids.ts';
import { attendee, type Camp, hold, makeCamp } from '../support/camp.ts';
import { as, asSystem, makeEvent, must, secret } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const get = (path: string) => site.browser().get(path);

const entries = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((one) => {
    const { uid, summary, location, sequence } = new ICAL.Event(one);
    return { uid, summary, location, sequence, status: one.getFirstPropertyValue('status') };
  });
const calendarOf = async (camp: Camp) =>
  entries((await get(`/events/${camp.slug}/schedule.ics`).expect(200)).text);

describe("an event's schedule", () => {
  it('is a calendar, and raises SEQUENCE with each move; what left the grid is cancelled at its last place', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const [kept, off, taken, never] = [
      await hold(ann, camp, 'Kept', 0),
      await hold(ann, camp, 'Withdrawn', 1),
      await hold(ann, camp, 'Taken off', 2),
      await hold(ann, camp, 'Never placed'),
    ];
    const first = await calendarOf(camp);
    expect(first.map((one) => [one.summary, one.location, one.status])).toEqual([
      ['Kept', 'Red', 'CONFIRMED'],
      ['Withdrawn', 'Blue', 'CONFIRMED'],
      ['Taken off', 'Red', 'CONFIRMED'],
    ]);
    must(await placeSession(ann, { event: camp.slug, session: kept, ...camp.cells[3]! }));
    must(await placeSession(ann, { event: camp.slug, session: off, ...camp.cells[4]! }));
    must(await withdrawSession(ann, camp.slug, off));
    must(await unplaceSession(ann, camp.slug, taken));
    must(await withdrawSession(ann, camp.slug, taken));
    must(await withdrawSession(ann, camp.slug, never));
    must(
      await addSlots(asSystem(site.base), camp.slug, {
        startsAt: '2026-05-30T13:00',
        endsAt: '2026-05-30T14:00',
        title: 'Lunch',
      }),
    );
    const second = await calendarOf(camp);
    expect(second.map((one) => [one.summary, one.location, one.status])).toEqual([
      ['Kept', 'Blue', 'CONFIRMED'],
      ['Withdrawn', 'Red', 'CANCELLED'],
      ['Taken off', 'Red', 'CANCELLED'],
      ['Lunch', null, 'CONFIRMED'],
    ]);
    for (const [n, one] of first.entries()) {
      expect(second[n]!.uid).toBe(one.uid);
      expect(second[n]!.sequence).toBeGreaterThan(one.sequence);
    }
    must(await cancelEvent(asSystem(site.base), camp.slug, ''));
    const last = await calendarOf(camp);
    expect(last.map((one) => one.status)).toEqual(Array(4).fill('CANCELLED'));
    for (const [n, one] of second.entries()) expect(last[n]!.sequence).toBeGreaterThan(one.sequence);
  });

  it('is schedule.xml and schedule.json, of the right types', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const text = 'A & B ]]> <script> 🍲';
    await hold(ann, camp, text, 0, { abstract: text });
    const xml = await get(`/events/${camp.slug}/schedule.xml`).expect('Content-Type', /^application\/xml/);
    expect(xml.text).toContain('<title>A &amp; B ]]&gt; &lt;script&gt; 🍲</title>');
    const json = await get(`/events/${camp.slug}/schedule.json`).expect('Content-Type', /^application\/json/);
    expect(json.body.schedule.conference.days[0].rooms.Red[0].title).toBe(text);
    const { rows } = await site.base.db.$client.query('select key from sessions');
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows) expect(xml.text + json.text).not.toContain(key);
    for (const body of [xml.text, json.text]) expect(body).not.toContain('@example.org');
  });

  it('is asked for again at no cost until something is different', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const number = await hold(ann, camp, 'Feeds', 0);
    for (const ending of ['ics', 'xml', 'json']) {
      const path = `/events/${camp.slug}/schedule.${ending}`;
      const { headers } = await get(path);
      expect(headers['cache-control']).toBe('public, max-age=60');
      const again = () => get(path).set('If-None-Match', headers.etag!);
      must(await setStar(ann, camp.slug, number, ending === 'xml'));
      expect((await again()).status).toBe(304);
      const cell = { ics: 1, xml: 2, json: 3 }[ending]!;
      must(await placeSession(ann, { event: camp.slug, session: number, ...camp.cells[cell]! }));
      const changed = await again();
      expect([changed.status, changed.headers.etag === headers.etag]).toEqual([200, false]);
    }
  });

  it('takes as many queries for 30 sessions as for one', async () => {
    const camp = await makeCamp(site.base, { rooms: ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] });
    const ann = await attendee(site.base, camp, 'Quentin');
    await hold(ann, camp, 'First', 0);
    const feed = await feedOf(ann.actor.personId!);
    const paths = [...['ics', 'xml', 'json'].map((one) => `/events/${camp.slug}/schedule.${one}`), feed];
    const count = async () => {
      const counts = [];
      for (const path of paths)
        counts.push(await countQueries(site.base.db, async () => get(path).expect(200)));
      return counts;
    };
    const one = await count();
    for (let n = 1; n < 30; n++) await hold(ann, camp, `Session ${n}`, n);
    expect(await count()).toEqual(one);
    expect(Math.max(...one)).toBeLessThan(6);
  });

  it('is not there for a draft, or for what is not there', async () => {
    const draft = await makeEvent(site.base, { kind: 'barcamp', draft: true });
    for (const slug of [draft.slug, 'nothing'])
      for (const ending of ['ics', 'xml', 'json'])
        await get(`/events/${slug}/schedule.${ending}`).expect(404);
  });
});

/** The address of somebody's own calendar, who asks for one if they have none. */
const feedOf = async (personId: number) => {
  if (!(await personById(site.base.db, personId))!.feedKey)
    must(await renewFeed(as(site.base, { door: 'web', personId, grants: [] })));
  return `/schedule/${urlToken(secret, 'feed', await keyOf(personId))}.ics`;
};

const keyOf = async (personId: number) => (await personById(site.base.db, personId))!.feedKey!;

describe("a person's own calendar", () => {
  it('has what they starred or hold, of all events, and nothing of them', async () => {
    const [camp, other] = [await makeCamp(site.base), await makeCamp(site.base)];
    const [ann, bob] = [
      await attendee(site.base, camp, 'Ann Own'),
      await attendee(site.base, camp, 'Bob Own'),
    ];
    await attendee(site.base, other, 'Bob Own');
    const own = await hold(ann, camp, 'Of Ann', 0);
    const starred = await hold(bob, camp, 'Of Bob', 1);
    await hold(bob, camp, 'Not for Ann', 2);
    const there = await hold(bob, other, 'Elsewhere', 0);
    const unplaced = await hold(bob, camp, 'Nowhere');
    for (const [slug, number] of [
      [camp.slug, starred],
      [camp.slug, unplaced],
      [other.slug, there],
    ] as const)
      must(await setStar(ann, slug, number, true));
    const path = await feedOf(ann.actor.personId!);
    const mine = async () => {
      const { text } = await get(path).expect(200);
      expect(text).not.toContain('example.org');
      return entries(text).map((one) => `${one.summary} ${one.status}`);
    };
    expect(await mine()).toEqual(['Of Ann CONFIRMED', 'Of Bob CONFIRMED', 'Elsewhere CONFIRMED']);
    must(await unplaceSession(bob, camp.slug, starred));
    must(await setStar(ann, other.slug, there, false));
    must(await withdrawSession(ann, camp.slug, own));
    expect(await mine()).toEqual(['Of Ann CANCELLED', 'Of Bob CANCELLED']);
  });

  it('is for one person alone: kept by no shared cache, named to nobody, and signs nobody in', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp, 'Annabel');
    await hold(ann, camp, 'Mine', 0);
    const browser = site.browser();
    const path = await feedOf(ann.actor.personId!);
    const first = await browser.get(path);
    expect(first.headers).toMatchObject({
      'cache-control': 'private, max-age=300',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
    expect(first.headers['set-cookie']).toBeUndefined();
    expect((await browser.get('/me')).status).toBe(303);
    const again = await browser.get(path).set('If-None-Match', first.headers.etag!);
    expect(again.status).toBe(304);
    expect(logPath(`${path}?x=1`)).toBe('/schedule/…');
  });

  it('is not found with another key, another purpose, or after it was renewed', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp, 'Anna');
    const person = (await personById(site.base.db, ann.actor.personId!))!;
    const path = await feedOf(person.id);
    const key = await keyOf(person.id);
    const token = urlToken(secret, 'feed', key);
    const wrong = [
      'x',
      // One token in a thousand ends in these by itself.
      `${token.slice(0, -2)}${token.endsWith('AA') ? 'BA' : 'AA'}`,
      urlToken(secret, 'manage', key),
      urlToken('another secret', 'feed', key),
      urlToken(secret, 'feed', '00000000-0000-0000-0000-000000000000'),
    ];
    for (const one of wrong) {
      const { status, headers } = await get(`/schedule/${one}.ics`);
      expect([status, headers['cache-control']]).toEqual([404, 'no-store']);
    }
    await get(path).expect(200);
    must(await renewFeed(ann));
    await get(path).expect(404);
  });

  it('forgets what is over for more than a year', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp, 'Old');
    await hold(ann, camp, 'Long ago', 0);
    const path = await feedOf(ann.actor.personId!);
    await site.base.db.$client.query(`update events set ends_at = '2025-05-02' where id = $1`, [
      camp.event.id,
    ]);
    expect(entries((await get(path)).text)).toHaveLength(1);
    await site.base.db.$client.query(`update events set ends_at = '2025-05-01' where id = $1`, [
      camp.event.id,
    ]);
    expect(entries((await get(path)).text)).toHaveLength(0);
  });
});
