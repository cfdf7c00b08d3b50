import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantRole } from '../../src/services/people/commands.ts';
import { addHost, answerInvitation, editSession } from '../../src/services/sessions/commands.ts';
import { sessionByNumber, sessionsOf } from '../../src/services/sessions/queries.ts';
import { asSystem, makeEvent, must } from '../support/factories.ts';
import { valuesOf } from '../support/form.ts';
import { attend, makeCamp, proposed } from '../support/sessions.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let clock: Date;
let ann: Agent;
beforeAll(async () => {
  clock = new Date('2026-05-01T12:00:00Z');
  site = await openSite({ now: () => clock });
  ann = await site.signedIn('ann@example.org');
});
afterAll(() => site.close());

const form = '#session-form';
const page = async (path: string, agent = ann, status = 200) => {
  const answer = await agent.get(path);
  expect(answer.status).toBe(status);
  return load(answer.text);
};
/** Fills in a form as it stands, and sends it. */
const send = ($: ReturnType<typeof load>, typed: object, agent = ann) =>
  agent
    .post($(form).attr('action')!)
    .type('form')
    .send({ ...valuesOf($, form), ...typed });
const links = ($: ReturnType<typeof load>) => [...$('#errors a')].map((one) => $(one).attr('href'));

async function annsCamp() {
  const camp = await makeCamp(site.base);
  const asAnn = await attend(site.base, camp.event, 'Ann');
  return { ...camp, asAnn, path: `/events/${camp.event.slug}/sessions` };
}

describe('proposing a session', () => {
  const typed = {
    title: 'Feeds <3',
    abstract: 'a\n\n**b**',
    kind: 'demo',
    minutes: '45',
    level: 'advanced',
    language: 'Deutsch',
    features: 'Projector, sofa',
    tags: '#web, RSS',
  };

  it('makes it, says so on its page, and offers the next step; sent twice it is one', async () => {
    const { event, path } = await annsCamp();
    const $ = await page(`${path}/new`);
    const sent = await send($, typed);
    expect([sent.status, sent.headers.location]).toEqual([303, `${path}/1?said=session_proposed`]);
    expect((await send($, typed)).headers.location).toBe(sent.headers.location);
    const own = await page(sent.headers.location!);
    expect(own('[role=status]').text()).toContain('Your session is proposed.');
    expect(own('.session-next a').attr('href')).toBe(`/events/${event.slug}/schedule?claim=1`);
    expect(await sessionByNumber(site.base.db, event.id, 1)).toMatchObject({
      title: 'Feeds <3',
      kind: 'demo',
      minutes: 45,
      level: 'advanced',
      language: 'de',
      features: ['projector', 'sofa'],
      tags: ['web', 'rss'],
      hosts: [{ name: 'Ann' }],
    });
    // Whoever goes back and types another title means another session.
    expect((await send($, { ...typed, title: 'Other' })).headers.location).toContain('/2?');
  });

  it('that is refused loses nothing of what was typed, and names each field', async () => {
    const { path } = await annsCamp();
    const refused = await send(await page(`${path}/new`), { ...typed, title: ' ', minutes: 'forty' });
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect(links($)).toEqual(['#f-title', '#f-minutes']);
    for (const one of links($)) expect($(one!)).toHaveLength(1);
    expect(valuesOf($, form)).toMatchObject({ ...typed, title: ' ', minutes: 'forty' });
    expect(refused.headers['cache-control']).toBe('no-store');
  });

  it('shows the text as it will look, and judges nothing yet', async () => {
    const { event, path } = await annsCamp();
    const abstract = '**bold** <script>alert(1)</script>';
    const shown = await send(await page(`${path}/new`), { ...typed, title: '', abstract, do: 'preview' });
    expect(shown.status).toBe(200);
    const $ = load(shown.text);
    expect($('#preview .prose').html()).toContain('<strong>bold</strong> &lt;script&gt;');
    expect($('#errors')).toHaveLength(0);
    expect(valuesOf($, form)).toMatchObject({ ...typed, title: '', abstract });
    expect(await sessionsOf(site.base.db, event.id)).toEqual([]);
  });

  it('suggests what the rooms have, and the tags that others gave', async () => {
    const { event, path, asAnn } = await annsCamp();
    await proposed(asAnn, event, 'x', { tags: 'web' });
    const $ = await page(`${path}/new`);
    expect([...$('[data-adds]')].map((one) => [$(one).attr('data-to'), $(one).attr('data-adds')])).toEqual([
      ['f-features', 'projector'],
      ['f-features', 'sofa'],
      ['f-tags', 'web'],
    ]);
    expect($('#f-features-help').text()).toContain('projector, sofa');
  });

  it('asks those who are not signed in to sign in; what they typed is still there', async () => {
    const { path } = await annsCamp();
    const visitor = site.browser();
    const asked = await visitor.get(`${path}/new`);
    expect(asked.headers.location).toBe(`/sign-in?next=${encodeURIComponent(`${path}/new`)}`);
    const refused = await visitor.post(`${path}/new`).type('form').send(typed);
    expect(refused.status).toBe(403);
    const $ = load(refused.text);
    expect(valuesOf($, form)).toMatchObject(typed);
    expect($('main .notice-info a').attr()).toMatchObject({
      href: `/sign-in?next=${encodeURIComponent(`${path}/new`)}`,
      target: '_blank',
    });
    // Signed in meanwhile, in another tab.
    expect((await send($, {}, ann)).status).toBe(303);
  });

  it('tells those who are not registered where to do that, while it can be done', async () => {
    const { event, path } = await annsCamp();
    const eve = await site.signedIn('eve@example.org');
    const $ = await page(`${path}/new`, eve, 403);
    expect($('main .actions a').first().attr('href')).toBe(`/events/${event.slug}/register`);
    expect($('main').text()).toContain('eve@example.org');
    const refused = await eve.post(`${path}/new`).type('form').send(typed);
    expect(refused.status).toBe(403);
    const again = load(refused.text);
    expect(valuesOf(again, form)).toMatchObject(typed);
    expect(again('main .notice-info a').attr('href')).toBe(`/events/${event.slug}/register`);
    clock = new Date('2026-05-30T11:00:00Z');
    const begun = await page(`${path}/new`, eve, 403);
    expect(begun('main .notice').text()).toContain('ask an organiser');
    expect(begun(`a[href="/events/${event.slug}/register"]`)).toHaveLength(0);
    clock = new Date('2026-05-01T12:00:00Z');
  });

  it('is for organisers without a registration too', async () => {
    const { event, path } = await annsCamp();
    await grantRole(asSystem(site.base), { email: 'orga@example.org', role: 'organiser', eventId: event.id });
    const orga = await site.signedIn('orga@example.org');
    expect((await send(await page(`${path}/new`, orga), typed, orga)).status).toBe(303);
  });

  it('is not for what is no BarCamp, nor for what is over', async () => {
    const dinner = await makeEvent(site.base);
    await attend(site.base, dinner, 'Ann');
    await page(`/events/${dinner.slug}/sessions/new`, ann, 404);
    expect((await ann.post(`/events/${dinner.slug}/sessions/new`).type('form').send(typed)).status).toBe(404);
    await page('/events/nowhere/sessions/new', ann, 404);
    expect((await ann.post('/events/nowhere/sessions/new').type('form').send(typed)).status).toBe(404);
    const { event, path } = await annsCamp();
    clock = event.endsAt;
    const $ = await page(`${path}/new`, ann, 410);
    expect($('main').text()).toContain('nobody can propose a session for it any more');
    clock = new Date('2026-05-01T12:00:00Z');
  });
});

describe('editing a session', () => {
  it('is the same form with what is on file, links and hosts; all is saved by one button', async () => {
    const { event, path, asAnn } = await annsCamp();
    const bob = await attend(site.base, event, 'Bob');
    await attend(site.base, event, 'Cyd');
    await proposed(asAnn, event, 'Feeds', { tags: 'web, rss', language: 'de', level: 'beginner' });
    const $ = await page(`${path}/1/edit`);
    expect(valuesOf($, form)).toMatchObject({
      title: 'Feeds',
      kind: 'talk',
      level: 'beginner',
      language: 'German',
      tags: 'web, rss',
      'links.0.url': '',
      'links.1.url': '',
    });
    expect($('[name=unhost]')).toHaveLength(0);
    const more = {
      'links.1.kind': 'notes',
      'links.1.url': 'https://example.org/n',
      'links.1.title': 'Notes',
      email: 'bob@example.org',
    };
    expect((await send($, more)).headers.location).toBe(`${path}/1?said=session_saved`);
    must(await answerInvitation(bob, event.slug, 1, true));
    expect(await sessionByNumber(site.base.db, event.id, 1)).toMatchObject({
      language: 'de',
      links: [{ kind: 'notes', url: 'https://example.org/n', title: 'Notes' }],
      hosts: [{ name: 'Ann' }, { name: 'Bob' }],
    });
    const again = await page(`${path}/1/edit`);
    expect(again('.link-row')).toHaveLength(3);
    const change = {
      unhost: String(bob.personId),
      email: 'cyd@example.org',
      'links.0.url': '',
      'links.0.title': '',
    };
    expect((await send(again, change)).status).toBe(303);
    expect(await sessionByNumber(site.base.db, event.id, 1)).toMatchObject({
      links: [],
      hosts: [{ name: 'Ann' }],
    });
  });

  it('that is refused keeps every row and names what is wrong in it', async () => {
    const { event, path, asAnn } = await annsCamp();
    await proposed(asAnn, event, 'Feeds');
    const typed = {
      title: '',
      'links.0.title': 'without an address',
      'links.1.url': 'javascript:alert(1)',
      'links.1.kind': 'recording',
    };
    const refused = await send(await page(`${path}/1/edit`), typed);
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect(links($)).toEqual(['#f-title', '#f-links-0-url', '#f-links-1-url']);
    for (const one of links($)) expect($(one!)).toHaveLength(1);
    expect(valuesOf($, form)).toMatchObject(typed);
  });

  it('saves the texts although the e-mail is refused, and says so', async () => {
    const { event, path, asAnn } = await annsCamp();
    await proposed(asAnn, event, 'Feeds');
    const $ = await page(`${path}/1/edit`);
    const refused = await send($, { title: 'Saved', email: 'nobody@' });
    expect(refused.status).toBe(422);
    const again = load(refused.text);
    expect(again('[role=status]').text()).toContain('The rest is saved.');
    expect(again('#errors').text()).toContain('e-mail address');
    expect((await sessionByNumber(site.base.db, event.id, 1))!.title).toBe('Saved');
    expect((await send(again, { email: '' })).status).toBe(303);
    const last = await send(await page(`${path}/1/edit`), { unhost: String(asAnn.personId) });
    expect([last.status, load(last.text)('#errors').text()]).toEqual([
      409,
      expect.stringContaining('needs somebody who holds it'),
    ]);
  });

  it('does not write over what somebody else saved meanwhile: what one left alone follows, the rest is compared', async () => {
    const { event, path, asAnn } = await annsCamp();
    const bob = await attend(site.base, event, 'Bob');
    await proposed(asAnn, event, 'Feeds', { abstract: 'old', tags: 'web' });
    must(await addHost(asSystem(site.base), event.slug, 1, 'bob@example.org'));
    const $ = await page(`${path}/1/edit`);
    const theirs = {
      title: 'Theirs',
      abstract: 'old',
      tags: 'css',
      links: [{ kind: 'slides', url: 'https://example.org/s', title: '' }],
    };
    must(await editSession(bob, event.slug, 1, theirs));
    const refused = await send($, { title: 'Mine', abstract: 'old' });
    expect(refused.status).toBe(409);
    const again = load(refused.text);
    expect([...again('.differences td')].map((one) => again(one).text())).toEqual(['Theirs', 'Mine']);
    expect(valuesOf(again, form)).toMatchObject({
      title: 'Mine',
      tags: 'css',
      'links.0.url': 'https://example.org/s',
    });
    expect((await send(again, {})).status).toBe(303);
    expect(await sessionByNumber(site.base.db, event.id, 1)).toMatchObject({ title: 'Mine', tags: ['css'] });
    const garbled = await send($, { title: 'Mine', was: '[not json' });
    expect([garbled.status, valuesOf(load(garbled.text), form).tags]).toEqual([409, 'web']);
  });

  it('is for its hosts alone; whose session ended while typing loses nothing', async () => {
    const { event, path, asAnn } = await annsCamp();
    await attend(site.base, event, 'Eve');
    await proposed(asAnn, event, 'Feeds');
    const eve = await site.signedIn('eve@example.org');
    await page(`${path}/1/edit`, eve, 403);
    await page(`${path}/9/edit`, ann, 404);
    const $ = await page(`${path}/1/edit`);
    expect((await send($, { title: 'Eve’s' }, eve)).status).toBe(403);
    const out = await send($, { title: 'Typed' }, site.browser());
    expect(out.status).toBe(403);
    expect(valuesOf(load(out.text), form).title).toBe('Typed');
    expect((await sessionByNumber(site.base.db, event.id, 1))!.title).toBe('Feeds');
    expect((await site.browser().get(`${path}/1/edit`)).status).toBe(303);
  });

  it('goes on after the event: slides come late', async () => {
    const { event, path, asAnn } = await annsCamp();
    await proposed(asAnn, event, 'Feeds');
    clock = new Date('2026-05-31T09:00:00Z');
    const sent = await send(await page(`${path}/1/edit`), { 'links.0.url': 'https://example.org/s' });
    expect(sent.status).toBe(303);
    expect((await page(`${path}/1`))('.session-link').attr('href')).toBe('https://example.org/s');
    clock = new Date('2026-05-01T12:00:00Z');
  });

  it('asks somebody to hold it too, who says yes on a page of their own', async () => {
    const { event, path, asAnn } = await annsCamp();
    await attend(site.base, event, 'Bob');
    await proposed(asAnn, event, 'Feeds');
    await send(await page(`${path}/1/edit`), { email: 'bob@example.org' });
    const bob = await site.signedIn('bob@example.org');
    expect((await bob.get('/me')).text).toContain(`${path}/1/invitation`);
    const asked = await bob.get(`${path}/1/invitation`).expect(200);
    expect(asked.text).toContain('asks you to hold it together');
    const answer = await bob.post(`${path}/1/invitation`).type('form').send({ answer: 'yes' }).expect(303);
    expect((await bob.get(answer.headers.location!)).text).toContain('You hold it together now.');
    expect((await bob.get(`${path}/1/invitation`)).status).toBe(404);
    expect((await site.browser().get(`${path}/1/invitation`)).status).toBe(303);
  });
});
