import { load } from 'cheerio';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { series } from '../../src/db/schema.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { asSystem, makeEvent, must, signUp } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const get = async (path: string) => {
  const answer = await site.browser().get(path);
  expect(answer.status).toBe(200);
  return load(answer.text);
};
const early = () => ({ ...site.base, now: () => new Date('2026-03-01T12:00:00Z') });

describe('home', () => {
  it('says that there is nothing yet', async () => {
    const $ = await get('/');
    expect($('.empty-heading').text()).toBe('Nothing is planned just now.');
    expect($('.event-card')).toHaveLength(0);
  });

  it('groups by series and day, the places of each to be seen at once; what belongs to none comes after', async () => {
    const { base } = site;
    const week = { series: 'Web week' };
    const full = await makeEvent(base, { name: 'Full', capacity: '1', ...week });
    const dinner = await makeEvent(base, { name: 'Dinner', capacity: '5', ...week });
    const dropped = await makeEvent(base, { name: 'Dropped', ...week, startsAt: '2026-05-29T19:00' });
    await makeEvent(base, { name: 'Alone', startsAt: '2026-05-20T19:00', endsAt: '2026-05-20T22:00' });
    await makeEvent(base, { name: 'Secret', draft: true });
    for (const name of ['Ann', 'Bob']) must(await signUp(base, full, name));
    for (const name of ['Ann', 'Bob', 'Cyd']) must(await signUp(base, dinner, name));
    must(await cancelEvent(asSystem(base), dropped.slug, 'Sorry'));
    const $ = await get('/');
    expect(texts($, '.group-title')).toEqual(['Web week', 'Also coming up']);
    expect(texts($, '.day .label')).toEqual(['Fri 29 May', 'Sat 30 May']);
    const cards = $('.event-card').toArray();
    expect(cards.map((card) => [$(card).find('h3, h4').text(), $(card).find('.sticker').text()])).toEqual([
      ['Dropped', 'Cancelled'],
      ['Full', 'Full, 1 person waiting'],
      ['Dinner', '2 places left'],
      ['Alone', 'Open to all'],
    ]);
    expect($('.event-card').last().find('time').text()).toBe('Wed 20 May, 19:00–22:00 (London)');
    expect($.html()).not.toContain('Secret');
  });
});

describe('past events', () => {
  it('come a page at a time, each one once, the latest first', async () => {
    for (let day = 1; day <= 31; day++) {
      const date = `2026-03-${String(day).padStart(2, '0')}`;
      await makeEvent(early(), { name: `Past ${day}`, startsAt: `${date}T19:00`, endsAt: `${date}T22:00` });
    }
    const first = await get('/events/past');
    expect(first('.event-rows li')).toHaveLength(30);
    const second = await get(first('a[rel=next]').attr('href')!);
    expect(texts(second, '.event-rows a')).toEqual(['Past 1']);
    expect(second('a[rel=next]')).toHaveLength(0);
  });

  it('begin at the beginning for a cursor that is none', async () => {
    const $ = await get('/events/past?after=yesterday');
    expect($('.event-rows a').first().text()).toBe('Past 31');
  });
});

describe('a series', () => {
  it('shows its events and what they are about', async () => {
    await site.base.db.update(series).set({ summary: 'Five days' }).where(eq(series.slug, 'web-week'));
    const $ = await get('/series/web-week');
    expect($('h1').text()).toBe('Web week');
    expect($('.lead').text()).toBe('Five days');
    expect($('.event-card')).toHaveLength(3);
  });

  it('that nobody knows is not found', async () => {
    expect((await site.browser().get('/series/nothing')).status).toBe(404);
  });
});

describe('an event', () => {
  it('is not found while it is a draft, nor is its cover', async () => {
    const draft = await makeEvent(site.base, { draft: true });
    for (const path of ['', '/attendees', '/register', '/cover.svg'])
      expect((await site.browser().get(`/events/${draft.slug}${path}`)).status).toBe(404);
  });

  it('says what it costs in words, also to whoever is about to register, and names no price to machines', async () => {
    const cost = { cost: 'Your share at the table, about £25', deposit: '£5, back at the door' };
    const event = await makeEvent(site.base, cost);
    const free = await makeEvent(site.base);
    const text = async (path: string) => (await site.browser().get(path).expect(200)).text;
    const offerOf = (html: string) =>
      JSON.parse(load(html)('script[type="application/ld+json"]').text()).offers;
    const page = await text(`/events/${event.slug}`);
    const facts = load(page)('.facts').text();
    expect(facts).toContain('Your share at the table, about £25');
    expect(facts).toContain('Deposit: £5, back at the door');
    expect(offerOf(page)).not.toHaveProperty('price');
    expect(await text(`/events/${event.slug}/register`)).toContain('Your share at the table, about £25');
    expect(offerOf(await text(`/events/${free.slug}`)).price).toBe(0);
  });

  it('says what to do in each phase', async () => {
    const { base } = site;
    const said = async (event: { slug: string }) => {
      const $ = await get(`/events/${event.slug}`);
      return {
        places: $('.facts .sticker').text(),
        button: $('.button-large').text(),
        notice: texts($, '.notice'),
      };
    };
    const open = await makeEvent(base, { capacity: '2' });
    expect(await said(open)).toEqual({ places: '2 places left', button: 'Register', notice: [] });
    const full = await makeEvent(base, { capacity: '0' });
    expect(await said(full)).toMatchObject({
      places: 'Full, waiting list open',
      button: 'Join the waiting list',
    });
    const closed = await makeEvent(base, { closesAt: '2026-05-01T10:00' });
    expect(await said(closed)).toMatchObject({ places: 'Registration closed', button: '' });
    const later = await makeEvent(base, { opensAt: '2026-05-02T10:00' });
    expect(await said(later)).toMatchObject({ places: 'Opens Sat 2 May, 10:00 (London)', button: '' });
    const over = await makeEvent(early(), { startsAt: '2026-04-01T10:00', endsAt: '2026-04-01T12:00' });
    expect(await said(over)).toEqual({
      places: 'Over',
      button: '',
      notice: ['This event is over. Thank you for coming!'],
    });
    must(await cancelEvent(asSystem(base), open.slug, 'No cook.\nSorry.'));
    expect(await said(open)).toEqual({
      places: 'Cancelled',
      button: '',
      notice: ['This event has been cancelled.No cook.\nSorry.'],
    });
  });

  it('tells those who are signed in of their own registration', async () => {
    const event = await makeEvent(site.base, { capacity: '0' });
    must(await signUp(site.base, event, 'Ann'));
    const ann = await site.signedIn('ann@example.org');
    const $ = load((await ann.get(`/events/${event.slug}`)).text);
    expect($('.event-aside .notice').text()).toContain('You are number 1 in the line.');
    expect($('.event-aside a.button-large').attr('href')).toMatch(/^\/r\/[\w-]{43}$/);
  });

  it('lists those who asked for it, with their public answers and no others, a page at a time', async () => {
    const { base } = site;
    const questions = [
      { label: 'Badge', kind: 'text', audience: 'public' },
      { label: 'Diet', kind: 'text' },
    ];
    const event = await makeEvent(base, { questions });
    const answers = { badge: 'she/her', diet: 'nothing with nuts' };
    await Promise.all(
      Array.from({ length: 101 }, (_, n) => signUp(base, event, `Person ${n}`, { listed: true, answers })),
    );
    must(await signUp(base, event, 'Hidden'));
    const $ = await get(`/events/${event.slug}/attendees`);
    expect($('.people li')).toHaveLength(100);
    expect($('.people li').first().text()).toContain('she/her');
    expect($.html()).not.toMatch(/Hidden|nuts|@example\.org/);
    const rest = await get($('a[rel=next]').attr('href')!);
    expect(rest('.people li')).toHaveLength(1);
    const page = await get(`/events/${event.slug}`);
    expect(page('.names li')).toHaveLength(24);
    expect(page('.names ~ p').text()).toBe('The whole list');
  });

  it('is data too: schema.org and h-event', async () => {
    const event = await makeEvent(site.base, {
      name: '</script><b>',
      summary: 'Good',
      venueName: 'Hall',
      capacity: '3',
    });
    const $ = await get(`/events/${event.slug}`);
    const data = JSON.parse($('script[type="application/ld+json"]').text());
    expect(data).toMatchObject({
      '@type': 'Event',
      name: '</script><b>',
      startDate: '2026-05-30T19:00:00+01:00',
      endDate: '2026-05-30T22:00:00+01:00',
      location: { '@type': 'Place', name: 'Hall' },
      url: `http://localhost:3000/events/${event.slug}`,
      offers: { availability: 'https://schema.org/InStock' },
    });
    const h = $('article.h-event').first();
    expect(h.find('.p-name').text()).toBe('</script><b>');
    expect(h.find('.dt-start').attr('datetime')).toBe('2026-05-30T18:00:00.000Z');
    expect(h.find('.p-location').first().text()).toContain('Hall');
  });
});

describe('the number of queries', () => {
  it('is the same for one event as for thirty, for one person as for sixty', async () => {
    const { base } = site;
    const event = await makeEvent(base, { series: 'Growing' });
    must(await signUp(base, event, 'Ann', { listed: true }));
    const ann = await site.signedIn('ann@example.org');
    const paths = [
      '/',
      '/series/growing',
      `/events/${event.slug}`,
      `/events/${event.slug}/attendees`,
      '/me',
      '/events/past',
    ];
    const count = async (path: string) => {
      await ann.get(path);
      return countQueries(base.db, () => ann.get(path).expect(200));
    };
    const before: number[] = [];
    for (const path of paths) before.push(await count(path));
    const more = await Promise.all(Array.from({ length: 30 }, () => makeEvent(base, { series: 'Growing' })));
    await Promise.all(more.map((one) => signUp(base, one, 'Ann')));
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => signUp(base, event, `Row ${n}`, { listed: true })),
    );
    const after: number[] = [];
    for (const path of paths) after.push(await count(path));
    expect(after).toEqual(before);
    // The session and who it is are two of them.
    expect(Math.max(...after)).toBeLessThanOrEqual(7);
    expect(Math.min(...after)).toBeGreaterThan(2);
  });
});

const texts = ($: ReturnType<typeof load>, selector: string): string[] =>
  $(selector)
    .toArray()
    .map((one) => $(one).text().trim());
