import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '../../src/context.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { openGrid } from '../../src/services/grid/commands.ts';
import { editSession, setStar } from '../../src/services/sessions/commands.ts';
import { sessionByNumber } from '../../src/services/sessions/queries.ts';
import { asSystem, makeEvent, must } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { attend, type Camp, makeCamp, placed, proposed } from '../support/sessions.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let clock: Date;
let ann: Agent;
let bob: Agent;
let visitor: Agent;
beforeAll(async () => {
  clock = new Date('2026-05-01T12:00:00Z');
  site = await openSite({ now: () => clock });
  ann = await site.signedIn('ann@example.org');
  bob = await site.signedIn('bob@example.org');
  visitor = site.browser();
});
afterAll(() => site.close());

type Person = Ctx & { personId: number };
let camp: Camp;
let asAnn: Person;
let asBob: Person;

/** A camp of Ann's three sessions, the second in the small room at ten o'clock, starred by Bob and by Cyd. */
async function annsCamp() {
  camp = await makeCamp(site.base);
  const { event } = camp;
  [asAnn, asBob] = [await attend(site.base, event, 'Ann'), await attend(site.base, event, 'Bob')];
  const cyd = await attend(site.base, event, 'Cyd');
  await proposed(asAnn, event, 'Feeds', {
    tags: 'web, rss',
    minutes: '30',
    level: 'beginner',
    language: 'de',
  });
  await proposed(asAnn, event, 'Zines', { tags: 'paper', kind: 'workshop', features: 'projector, glue' });
  await proposed(asBob, event, 'Bikes', { tags: 'web', abstract: 'with <b>gears</b> and **bells**' });
  await placed(camp, 2);
  for (const one of [asBob, cyd]) must(await setStar(one, event.slug, 2, true));
  return `/events/${event.slug}/sessions`;
}

const get = async (path: string, agent = visitor, status = 200) => {
  const answer = await agent.get(path);
  expect(answer.status).toBe(status);
  return load(answer.text);
};
const titles = ($: ReturnType<typeof load>) =>
  $('.session-card h2')
    .toArray()
    .map((one) => $(one).text());
type Node = { data?: string; children?: Node[] };
const words = ({ data, children = [] }: Node): string => [data ?? '', ...children.map(words)].join(' ');
const text = ($: ReturnType<typeof load>, selector: string) =>
  $(selector)
    .toArray()
    .map((one) => words(one as Node))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
const post = (path: string, fields: object = {}, agent = ann) => agent.post(path).type('form').send(fields);

describe('the list of sessions', () => {
  it('is of index cards with everything that one chooses by', async () => {
    const path = await annsCamp();
    const $ = await get(path);
    expect(titles($)).toEqual(['Bikes', 'Zines', 'Feeds']);
    expect(text($, '#session-2')).toBe(
      'Workshop 2 Session 2 Zines Ann Red Sat 30 May, 10:00–10:30 (London) paper Star English',
    );
    expect(text($, '#session-1')).toBe(
      'Talk 1 Session 1 Feeds Ann First session here web rss Star 30 min · For beginners · German',
    );
    expect($('#session-1 h2').attr('lang')).toBe('de');
    expect(
      $('.page-head .actions a')
        .toArray()
        .map((one) => $(one).attr('href')),
    ).toEqual([`${path}/new`, `/events/${camp.event.slug}/schedule`]);
  });

  it('filters by tag and words, orders, and says how many there are', async () => {
    const path = await annsCamp();
    expect(titles(await get(`${path}?tag=web`))).toEqual(['Bikes', 'Feeds']);
    expect(titles(await get(`${path}?q=GEARS`))).toEqual(['Bikes']);
    expect(titles(await get(`${path}?order=title`))).toEqual(['Bikes', 'Feeds', 'Zines']);
    expect(titles(await get(`${path}?order=time`))).toEqual(['Zines', 'Feeds', 'Bikes']);
    const $ = await get(`${path}?tag=WEB&q=ann&order=nonsense&x[]=1`);
    expect(titles($)).toEqual(['Feeds']);
    expect(text($, '.session-count')).toBe('1 of 3 sessions · Show all sessions');
    expect($('.tags-filter [aria-current]').text()).toMatch(/^web\s+2$/);
    expect($('.session-filter [name=tag]').val()).toBe('web');
    const none = await get(`${path}?q=${encodeURIComponent('"><script>')}`);
    expect(none('.empty-heading').text()).toBe('Nothing fits that.');
    expect(none('.session-filter [name=q]').val()).toBe('"><script>');
  });

  it('knows what is mine; a visitor is asked to sign in for that', async () => {
    const path = await annsCamp();
    expect(titles(await get(`${path}?mine=1`, bob))).toEqual(['Bikes', 'Zines']);
    const asked = await visitor.get(`${path}?mine=1`);
    expect([asked.status, asked.headers.location]).toEqual([
      303,
      `/sign-in?next=${encodeURIComponent(`${path}?mine=1`)}`,
    ]);
    const cyd = await site.signedIn('nobody@example.org');
    expect((await get(`${path}?mine=1`, cyd))('.empty-heading').text()).toBe('Nothing of yours yet.');
  });

  it('tells the stars to those who hold a session and to organisers alone', async () => {
    const path = await annsCamp();
    const counts = async (agent: Agent) => {
      const $ = await get(path, agent);
      return [...$('.star-count')].map((one) => $(one).text());
    };
    expect(await counts(visitor)).toEqual([]);
    expect(await counts(bob)).toEqual(['No stars yet']);
    expect(await counts(ann)).toEqual(['2 stars', 'No stars yet']);
    expect((await get(path, bob))('#session-2 .star-button').attr('aria-pressed')).toBe('true');
    expect((await get(path, ann))('#session-2 .star-button').attr('aria-pressed')).toBe('false');
  });

  it('asks for the first one, where there is none; what is no BarCamp has none', async () => {
    const { event } = await makeCamp(site.base);
    const $ = await get(`/events/${event.slug}/sessions`);
    expect($('.empty a').attr('href')).toBe(`/events/${event.slug}/sessions/new`);
    expect($('.session-filter')).toHaveLength(0);
    const dinner = await makeEvent(site.base);
    const none = await get(`/events/${dinner.slug}/sessions`, visitor, 404);
    expect(none('main').text()).toContain('is not a BarCamp');
    const draft = await makeEvent(site.base, { kind: 'barcamp', draft: true });
    await get(`/events/${draft.slug}/sessions`, ann, 404);
  });
});

describe('a session’s page', () => {
  it('shows text, hosts, where and when; no form of its hosts to others', async () => {
    const path = await annsCamp();
    const $ = await get(`${path}/2`, bob);
    expect(text($, '.facts')).toBe('Red Saturday 30 May 2026 10:00–10:30 (London) in 4 weeks');
    expect(text($, '.session-pairs')).toBe(
      'Level For everyone Language English Wished for in the room projector, glue',
    );
    expect($('.session-own')).toHaveLength(0);
    expect($('meta[name=robots]')).toHaveLength(0);
    const other = await get(`${path}/3`);
    expect(other('.e-content').html()).toBe(
      '<p>with &lt;b&gt;gears&lt;/b&gt; and <strong>bells</strong></p>\n',
    );
    expect(text(other, '.facts')).toBe('Not on the grid yet');
    for (const wrong of ['99', '0', '02', 'x', '1e1', '9999999999']) await get(`${path}/${wrong}`, bob, 404);
  });

  it('shows its hosts what they can do, what is unwise, and the next step', async () => {
    const path = await annsCamp();
    const { event } = camp;
    const first = await get(`${path}/1`, ann);
    expect(first('.session-next a').attr('href')).toBe(`/events/${event.slug}/schedule?claim=1`);
    const $ = await get(`${path}/2`, ann);
    expect($('.session-next')).toHaveLength(0);
    expect($('.session-own a').first().attr('href')).toBe(`/events/${event.slug}/schedule?claim=2`);
    expect([...$('.session-own .notice li')].map((one) => $(one).text())).toEqual([
      '2 people starred it, and Red holds 1.',
      'Red is not known to have what you wished for: glue.',
    ]);
    expect([...$('.session-own form')].map((one) => $(one).attr('action'))).toEqual([
      `${path}/2/unplace`,
      `${path}/2/withdraw`,
    ]);
    must(await openGrid(asSystem(site.base), event.slug, false));
    const locked = await get(`${path}/2`, ann);
    expect(locked('.session-own').text()).toContain('The grid is locked just now');
    expect(locked(`form[action="${path}/2/unplace"]`)).toHaveLength(0);
  });

  it('stays when it is withdrawn, for nobody to find; its hosts propose it again', async () => {
    const path = await annsCamp();
    const star = () => post(`${path}/2/star`, { star: 'on' }, bob);
    expect((await post(`${path}/2/withdraw`, {}, bob)).status).toBe(403);
    expect((await post(`${path}/2/withdraw`, {}, visitor)).status).toBe(403);
    expect((await post(`${path}/2/withdraw`)).headers.location).toBe(`${path}/2?said=session_withdrawn`);
    const $ = await get(`${path}/2`);
    expect($('.notice').text()).toContain('This session has been withdrawn.');
    expect($('meta[name=robots]').attr('content')).toBe('noindex');
    expect($('.star')).toHaveLength(0);
    expect((await star()).status).toBe(404);
    expect(titles(await get(path))).toEqual(['Bikes', 'Feeds']);
    expect((await get(`${path}/2`, ann))('.session-own form').attr('action')).toBe(`${path}/2/restore`);
    expect((await post(`${path}/2/restore`, {}, bob)).status).toBe(403);
    expect((await post(`${path}/2/restore`)).headers.location).toBe(`${path}/2?said=session_restored`);
    expect((await star()).status).toBe(303);
  });

  it('stays after the event, and after it was cancelled', async () => {
    const path = await annsCamp();
    const links = [{ kind: 'slides', url: 'https://slides.example.org/2', title: '<Zines>' }];
    must(await editSession(asAnn, camp.event.slug, 2, { title: 'Zines', links }));
    must(await cancelEvent(asSystem(site.base), camp.event.slug, 'Rain'));
    expect((await get(`${path}/2`)).text()).toContain('has been cancelled.');
    expect((await get(`${path}/2`, ann))('.session-own').text()).not.toContain('Move it');
    clock = new Date('2026-05-31T09:00:00Z');
    const other = await annsCampLater();
    const $ = await get(`${other}/1`, ann);
    expect(text($, '.notice-info')).toMatch(/ is over\.$/);
    expect(text($, '.session-links')).toBe('Recording example.org');
    expect($('.session-link').attr('rel')).toBe('nofollow noopener ugc');
    expect($('.session-own').text()).toContain('Add slides, notes or a recording');
    expect((await get(other))('.page-head').text()).not.toContain('Propose');
    clock = new Date('2026-05-01T12:00:00Z');
  });

  /** A session of Ann's at a camp that is over, with a recording. */
  async function annsCampLater() {
    const now = clock;
    clock = new Date('2026-05-01T12:00:00Z');
    const { event } = await makeCamp(site.base);
    const person = await attend(site.base, event, 'Ann');
    await proposed(person, event, 'Over');
    clock = now;
    const links = [{ kind: 'recording', url: 'https://example.org/v' }];
    must(await editSession(person, event.slug, 1, { title: 'Over', links }));
    return `/events/${event.slug}/sessions`;
  }
});

describe('a star', () => {
  const starred = async (n: number, personId: number) =>
    (await sessionByNumber(site.base.db, camp.event.id, n, personId))!.starred;

  it('is set and taken back by a form that leads back to where it was pressed', async () => {
    const path = await annsCamp();
    const $ = await get(`${path}?tag=web&order=title`, bob);
    const form = $('#session-1 .star');
    const back = String(form.find('[name=back]').val());
    expect(back).toBe(`${path}?tag=web&order=title#session-1`);
    const set = await post(form.attr('action')!, { back, star: form.find('button').val() }, bob);
    expect([set.status, set.headers.location]).toEqual([303, back]);
    expect(await starred(1, asBob.personId)).toBe(true);
    const again = await post(`${path}/1/star`, { star: '' }, bob);
    expect(again.headers.location).toBe(`${path}/1`);
    expect(await starred(1, asBob.personId)).toBe(false);
  });

  it('leads nowhere else, whatever is asked', async () => {
    const path = await annsCamp();
    for (const back of [
      'https://evil.example/',
      '//evil.example',
      '/me',
      `${path}/../../../me`,
      `${path}/%2e%2e/%2e%2e/me`,
      `/events/${camp.event.slug}x/sessions`,
      `${path}\\evil`,
      `${path}\r\nX-Evil: 1`,
    ])
      expect((await post(`${path}/1/star`, { star: 'on', back }, bob)).headers.location).toBe(`${path}/1`);
  });

  it('asks visitors to sign in, and comes back', async () => {
    const path = await annsCamp();
    const sent = await post(`${path}/1/star`, { star: 'on', back: `${path}?tag=web` }, visitor);
    expect([sent.status, sent.headers.location]).toEqual([
      303,
      `/sign-in?next=${encodeURIComponent(`${path}?tag=web`)}`,
    ]);
  });

  it('answers a script in JSON, with the count for those who may know it', async () => {
    const path = await annsCamp();
    const ask = (agent: Agent, n: number, star: string) =>
      post(`${path}/${n}/star`, { star }, agent).set('Accept', 'application/json');
    expect((await ask(bob, 1, 'on')).body).toEqual({ starred: true });
    expect((await ask(ann, 1, 'on')).body).toEqual({ starred: true, count: '2 stars' });
    expect((await ask(ann, 1, '')).body).toEqual({ starred: false, count: '1 star' });
    const refused = await ask(bob, 99, 'on');
    expect([refused.status, refused.body.error]).toEqual([404, expect.stringContaining('number 99')]);
    expect((await ask(visitor, 1, 'on')).status).toBe(403);
  });
});

describe('the number of queries', () => {
  it('is the same for one session as for thirty', async () => {
    const { event } = await makeCamp(site.base);
    const person = await attend(site.base, event, 'Ann');
    const path = `/events/${event.slug}/sessions`;
    const pages = [path, `${path}?mine=1&q=x`, `${path}/1`, `${path}/1/edit`, `${path}/new`];
    await proposed(person, event, 'x 0', { tags: 'a' });
    const one = await each(pages);
    for (let n = 1; n < 30; n++) await proposed(person, event, `x ${n}`, { tags: `a, t${n}` });
    expect(await each(pages)).toEqual(one);
    expect(Math.max(...one)).toBeLessThan(10);
  });

  async function each(pages: string[]): Promise<number[]> {
    const counts: number[] = [];
    for (const page of pages) counts.push(await countQueries(site.base.db, () => ann.get(page).expect(200)));
    return counts;
  }
});
