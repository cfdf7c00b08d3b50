import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editRoom } from '../../../src/services/grid/commands.ts';
import { gridOf } from '../../../src/services/grid/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { setStar } from '../../../src/services/sessions/commands.ts';
import { sessionsOf } from '../../../src/services/sessions/queries.ts';
import { urlToken } from '../../../src/shared/ids.ts';
import { allMerges } from '../../../src/web/view/merges.ts';
import { qrSvg } from '../../../src/web/view/qr.ts';
import { attendee, hold, makeCamp } from '../../support/camp.ts';
import { asSystem, must, secret } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let olga: Agent;
beforeAll(async () => {
  site = await openSite();
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
  olga = await site.signedIn('olga@example.org');
});
afterAll(() => site.close());

const url = (camp: { slug: string }, below: string) => `/organise/events/${camp.slug}${below}`;
const texts = (html: string, part: string): string[] => {
  const $ = load(html);
  return $(part)
    .toArray()
    .map((one) => $(one).text().replace(/\s+/g, ' ').trim());
};

let camps = 0;

/** Nobody here has ever proposed a session: each has people of its own. */
async function made() {
  const camp = await makeCamp(site.base);
  const names = ['Ann', 'Bob', 'Cyd'].map((name) => `${name} ${camps}`);
  camps++;
  const [ann, bob, cyd] = [
    await attendee(site.base, camp, names[0]),
    await attendee(site.base, camp, names[1]),
    await attendee(site.base, camp, names[2]),
  ];
  const feeds = await hold(ann, camp, 'Feeds are not dead', 0, { tags: 'rss' });
  const more = await hold(ann, camp, 'Gardens');
  const alike = await hold(bob, camp, 'Why feeds matter', undefined, { tags: 'rss, web' });
  for (const who of [ann, bob, cyd]) must(await setStar(who, camp.slug, alike, true));
  return { camp, feeds, more, alike, names };
}

describe('the pitch round', () => {
  it('has newcomers first, with what is to be said of each', async () => {
    const { camp, feeds, more, alike, names } = await made();
    const [ann, bob] = names;
    const { rooms } = await gridOf(site.base.db, camp.event.id);
    must(await editRoom(asSystem(site.base), camp.slug, rooms[1]!.id, { name: 'Blue', capacity: '2' }));
    const page = (await olga.get(url(camp, '/pitches')).expect(200)).text;
    expect(texts(page, '.pitch-number')).toEqual([feeds, alike, more].map((number) => `Number ${number}`));
    expect(texts(page, '.pitch-hosts')).toEqual([`${ann} First time`, `${bob} First time`, ann]);
    expect(texts(page, '.pitch-stars .visually-hidden')).toEqual(['no stars yet', '3 stars', 'no stars yet']);
    expect(texts(page, '.pitch-side').map((one) => one.replace(/^.* stars?( yet)? ?/, ''))).toEqual([
      'In Red, 10:00 Move',
      'Fits: Red Place now',
      'Fits: Blue Place now',
    ]);
    expect(load(page)('.pitch-side a').eq(1).attr('href')).toBe(
      `/events/${camp.slug}/schedule?claim=${alike}`,
    );
  });

  it('points out what might be one session, and whose', async () => {
    const { camp, feeds, alike, names } = await made();
    const [ann, bob] = names;
    const page = (await olga.get(url(camp, '/pitches'))).text;
    expect(texts(page, '.pitch-merges summary')).toEqual([
      `Perhaps one session together with ${alike} (${bob})`,
      `Perhaps one session together with ${feeds} (${ann})`,
    ]);
    expect(texts(page, '.pitch-merges li')[0]).toBe(
      `${alike}. Why feeds matter, ${bob} in common: rss, feeds`,
    );
    const sessions = await sessionsOf(site.base.db, camp.event.id);
    expect(allMerges(camp.event, sessions).get(sessions[0]!.number)).toEqual([
      {
        number: alike,
        title: 'Why feeds matter',
        href: `/events/${camp.slug}/sessions/${alike}`,
        hosts: bob,
        common: 'in common: rss, feeds',
      },
    ]);
    expect(allMerges(camp.event, sessions).get(sessions[1]!.number)).toBeUndefined();
  });

  it('names the two that have most in common, of many', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    for (const tags of ['a', 'a', 'a, b', 'a, b, c'])
      await hold(ann, camp, `On ${tags}`, undefined, { tags });
    const page = (await olga.get(url(camp, '/pitches'))).text;
    expect(texts(page, '.pitch-merges summary')[3]).toBe(
      'Perhaps one session together with 3 (Ann), 1 (Ann) and more',
    );
  });

  it('shows only those without a place, if asked; and says when there are none', async () => {
    const { camp, alike, more } = await made();
    const page = (await olga.get(url(camp, '/pitches?waiting'))).text;
    expect(texts(page, '.pitch-number')).toEqual([`Number ${alike}`, `Number ${more}`]);
    expect(texts(page, '.tabs a[aria-current]')).toEqual(['Pitches', 'Not on the grid (2)']);
    const full = await makeCamp(site.base);
    expect((await olga.get(url(full, '/pitches'))).text).toContain('No proposals yet');
    await hold(await attendee(site.base, full), full, 'One', 0);
    expect((await olga.get(url(full, '/pitches?waiting'))).text).toContain('All are on the grid');
  });

  it('is seen by helpers, who place nothing', async () => {
    const { camp } = await made();
    must(
      await grantRole(asSystem(site.base), {
        email: 'h@example.org',
        role: 'helper',
        eventId: camp.event.id,
      }),
    );
    const page = (await (await site.signedIn('h@example.org')).get(url(camp, '/pitches')).expect(200)).text;
    expect(texts(page, '.pitch-stars')).toHaveLength(3);
    expect(page).not.toContain('?claim=');
    expect(texts(page, '.desk-head .tabs a')).toEqual(['Overview', 'Attendees', 'Check-in', 'Pitches']);
  });

  it('says so, when no room holds all who starred', async () => {
    const { camp } = await made();
    const { rooms } = await gridOf(site.base.db, camp.event.id);
    for (const { id, name } of rooms)
      must(await editRoom(asSystem(site.base), camp.slug, id, { name, capacity: '1' }));
    const page = (await olga.get(url(camp, '/pitches'))).text;
    expect(texts(page, '.pitch-side')[1]).toContain('More stars than any room holds. The largest is');
  });
});

describe('cards to print', () => {
  it('are one a session, each with the code that places it', async () => {
    const { camp, feeds } = await made();
    const page = (await olga.get(url(camp, '/cards')).expect(200)).text;
    expect(texts(page, '.paper-title')).toEqual(['Feeds are not dead', 'Gardens', 'Why feeds matter']);
    const [first] = await sessionsOf(site.base.db, camp.event.id);
    const link = `${site.base.baseUrl}/c/${urlToken(secret, 'card', first!.key)}`;
    expect(page).toContain(qrSvg(link, `The code of session ${feeds}`));
    const waiting = (await olga.get(url(camp, '/cards?waiting'))).text;
    expect(texts(waiting, '.paper-title')).toEqual(['Gardens', 'Why feeds matter']);
    const none = await makeCamp(site.base);
    expect((await olga.get(url(none, '/cards'))).text).toContain('There is no such session yet.');
  });
});

it('costs the same few queries for one session and for thirty', async () => {
  const camp = await makeCamp(site.base);
  const ann = await attendee(site.base, camp);
  const look = () =>
    countQueries(site.base.db, async () => {
      for (const below of ['/pitches', '/cards', '/doors.pdf']) await olga.get(url(camp, below)).expect(200);
    });
  await hold(ann, camp, 'Session 0', 0);
  const one = await look();
  for (let n = 1; n < 30; n++) await hold(ann, camp, `Session ${n}`, n < 8 ? n : undefined);
  expect(await look()).toBe(one);
  expect(one).toBeLessThan(25);
});
