import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/services/events/queries.ts';
import { editSession, setStar } from '../../src/services/sessions/commands.ts';
import { pieces } from '../../src/web/view/session-archive.ts';
import { must } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { attend, makeCamp, placed, proposed } from '../support/sessions.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let clock = new Date('2026-05-01T12:00:00Z');
let event: Event;
const after = new Date('2026-06-30T12:00:00Z');
beforeAll(async () => {
  site = await openSite({ now: () => clock });
  const camp = await makeCamp(site.base, { name: 'Camp <one>' });
  event = camp.event;
  const ann = await attend(site.base, event, 'Ann');
  await proposed(ann, event, 'Feeds', { abstract: 'All about **Postgres** & <b>feeds</b>, 1 < 2.' });
  const links = [{ kind: 'slides', url: 'https://example.org/s', title: '' }];
  for (let n = 2; n <= 33; n++) await proposed(ann, event, `Session ${n}`);
  must(await editSession(ann, event.slug, 2, { title: 'Kites', links }));
});
afterAll(() => site.close());

const get = async (path: string) => load((await site.browser().get(path).expect(200)).text);
const titles = ($: ReturnType<typeof load>) => [...$('.archive-row h3')].map((one) => $(one).text());

describe('the archive of sessions', () => {
  it('is empty before the first BarCamp begins', async () => {
    expect((await get('/sessions'))('.empty-heading').text()).toBe('No BarCamp has begun yet.');
  });

  it('has each session once, page by page, below its event; in one query', async () => {
    clock = after;
    const first = await get('/sessions');
    expect(first('.archive-event h2').text()).toBe('Camp <one>');
    expect(titles(first)).toHaveLength(30);
    const next = await get(first('.pager a').attr('href')!);
    expect([...titles(first), ...titles(next)]).toEqual([
      'Feeds',
      'Kites',
      ...Array.from({ length: 31 }, (_, n) => `Session ${n + 3}`),
    ]);
    expect(next('.pager a')).toHaveLength(0);
    expect(await countQueries(site.base.db, () => get('/sessions'))).toBe(1);
    expect(titles(await get('/sessions?after=nonsense'))).toHaveLength(30);
  });

  it('is searched by the beginnings of words, and shows where they are', async () => {
    const $ = await get('/sessions?q=post');
    expect(titles($)).toEqual(['Feeds']);
    expect($('.archive-snippet mark').text()).toBe('Postgres');
    expect($('.archive-snippet').html()).toBe(
      'All about <mark>Postgres</mark> &amp; &lt;b&gt;feeds&lt;/b&gt;, 1 &lt; 2.',
    );
    expect($('[name=q]').val()).toBe('post');
    expect($('meta[name=robots]').attr('content')).toBe('noindex');
    for (const q of ["'", '&|!<->:*', '%00', '\\', ' ', '%F0%9F%8E%89'])
      await site.browser().get(`/sessions?q=${q}`).expect(200);
    const none = await get('/sessions?q=zzz&with=slides');
    expect(none('.empty a').attr('href')).toBe('/sessions');
  });

  it('is filtered by what there is to read', async () => {
    const $ = await get('/sessions?with=slides');
    expect(titles($)).toEqual(['Kites']);
    expect($('.archive-row .tags-link').attr()).toMatchObject({
      href: 'https://example.org/s',
      'aria-label': 'Slides: Kites',
    });
    expect(titles(await get('/sessions?with=recording'))).toEqual([]);
    expect(titles(await get('/sessions?with=nonsense'))).toHaveLength(30);
  });

  it('is found from the footer and from past events', async () => {
    expect((await get('/'))('.footer a[href="/sessions"]')).toHaveLength(1);
    expect((await get('/events/past'))('main a[href="/sessions"]')).toHaveLength(1);
  });
});

describe('a snippet', () => {
  it('is cut at the marks, whatever else is in it', () => {
    expect(pieces('a \u0002b\u0003\n- **c**, [d](https://x) \u0002e\u0003')).toEqual([
      { text: 'a ', hit: false },
      { text: 'b', hit: true },
      { text: ' c, d ', hit: false },
      { text: 'e', hit: true },
    ]);
    expect(pieces('')).toEqual([]);
    expect(pieces('\u0002never closed')).toEqual([{ text: 'never closed', hit: false }]);
  });
});

describe('/me', () => {
  it('lists what one holds, with its stars, and what one starred, for events to come', async () => {
    clock = new Date('2026-05-01T12:00:00Z');
    const camp = await makeCamp(site.base, { name: 'Camp two' });
    const [ann, bob] = [
      await attend(site.base, camp.event, 'Ann'),
      await attend(site.base, camp.event, 'Bob'),
    ];
    await proposed(bob, camp.event, 'Held');
    await proposed(ann, camp.event, 'Starred');
    await proposed(ann, camp.event, 'Neither');
    await placed(camp, 2, 1, 1);
    for (const n of [1, 2]) must(await setStar(bob, camp.event.slug, n, true));
    const agent = await site.signedIn('bob@example.org');
    const me = async () => load((await agent.get('/me').expect(200)).text);
    const $ = await me();
    expect([...$('#sessions li')].map((one) => $(one).text().replace(/\s+/g, ' ').trim())).toEqual([
      'HeldNot on the grid yet, Camp two1 star',
      'StarredSat 30 May, 10:30–11:00 (London), Blue, Camp two',
    ]);
    expect($('#feed input').length).toBe(0);
    const first = await agent.post('/me/feed');
    expect([first.status, first.headers.location]).toEqual([303, '/me?said=feed_made#feed']);
    const with$ = await me();
    const address = String(with$('#feed input').val());
    expect(address).toMatch(/^http:\/\/localhost:3000\/schedule\/[\w-]{43}\.ics$/);
    expect(with$('#feed a').attr('href')).toBe(address.replace('http:', 'webcal:'));
    const made = await agent.post('/me/feed');
    expect([made.status, made.headers.location]).toEqual([303, '/me?said=feed_renewed#feed']);
    expect((await me())('#feed input').val()).not.toBe(address);
    expect((await site.browser().post('/me/feed')).status).toBe(403);
    const one = await countQueries(site.base.db, me);
    for (let n = 0; n < 20; n++) await proposed(bob, camp.event, `More ${n}`);
    expect(await countQueries(site.base.db, me)).toBe(one);
    const eve = await site.signedIn('eve@example.org');
    expect((await eve.get('/me')).text).toContain('What you propose for a BarCamp');
  });
});
