import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/services/events/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { asSystem, makeEvent, must, signUp } from '../../support/factories.ts';
import { routesOf } from '../../support/routes.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

/** Who comes to each page of one event. `other` organises another event, `helper` helps at this one. */
const roles = ['nobody', 'signedIn', 'helper', 'organiser', 'other', 'site'] as const;
type Role = (typeof roles)[number];

const rights: Record<string, Role[]> = {
  any: ['helper', 'organiser', 'other', 'site'],
  see: ['helper', 'organiser', 'site'],
  manage: ['organiser', 'site'],
  site: ['site'],
};

/** The right that each route needs. Whatever is not here must be for those who organise the whole site alone. */
const needs: Record<string, keyof typeof rights> = {
  'GET /organise': 'any',
  'GET /organise/events/:slug': 'see',
  'GET /organise/events/:slug/preview': 'see',
  'GET /organise/events/:slug/attendees': 'see',
  'GET /organise/events/:slug/edit': 'manage',
  'POST /organise/events/:slug/edit': 'manage',
  'POST /organise/events/:slug/publish': 'manage',
  'GET /organise/events/:slug/cancel': 'manage',
  'POST /organise/events/:slug/cancel': 'manage',
  'POST /organise/events/:slug/restore': 'manage',
  'GET /organise/events/:slug/attendees/new': 'manage',
  'POST /organise/events/:slug/attendees/new': 'manage',
  'POST /organise/events/:slug/attendees/:id/give-place': 'manage',
  'POST /organise/events/:slug/attendees/:id/to-front': 'manage',
  'POST /organise/events/:slug/attendees/:id/to-waiting': 'manage',
  'POST /organise/events/:slug/attendees/:id/cancel': 'manage',
  'POST /organise/events/:slug/attendees/:id/link': 'manage',
  'GET /organise/events/:slug/attendees/cancel': 'manage',
  'POST /organise/events/:slug/attendees/cancel': 'manage',
  'GET /organise/events/:slug/cancellations/:id': 'manage',
  'POST /organise/events/:slug/cancellations/:id/undo': 'manage',
  'GET /organise/events/:slug/strangers': 'manage',
  'POST /organise/events/:slug/strangers': 'manage',
  'POST /organise/events/:slug/capacity': 'manage',
  'POST /organise/events/:slug/columns': 'manage',
  'GET /organise/events/:slug/attendees.csv': 'manage',
  'GET /organise/events/:slug/attendees.xlsx': 'manage',
  'GET /organise/events/:slug/attendees.json': 'manage',
  'GET /organise/events/:slug/line': 'see',
  'POST /organise/events/:slug/line/:id/give-place': 'manage',
  'POST /organise/events/:slug/line/:id/to-front': 'manage',
  'POST /organise/events/:slug/line/:id/cancel': 'manage',
  'GET /organise/events/:slug/check-in': 'see',
  'POST /organise/events/:slug/check-in': 'see',
  'GET /organise/events/:slug/wall': 'see',
  'POST /organise/events/:slug/wall': 'manage',
  'GET /organise/events/:slug/tables': 'see',
  'POST /organise/events/:slug/tables': 'manage',
  'POST /organise/events/:slug/tables/seat': 'manage',
  'POST /organise/events/:slug/tables/everybody': 'manage',
  'POST /organise/events/:slug/tables/:id': 'manage',
  'POST /organise/events/:slug/tables/:id/remove': 'manage',
  'GET /organise/events/:slug/place-cards.pdf': 'see',
  'GET /organise/events/:slug/table-plan.pdf': 'see',
  'GET /organise/events/:slug/restaurant': 'see',
  'POST /organise/events/:slug/restaurant/freeze': 'manage',
  'GET /organise/events/:slug/restaurant.csv': 'see',
  'GET /organise/events/:slug/restaurant.pdf': 'see',
  'GET /organise/events/:slug/announce': 'manage',
  'POST /organise/events/:slug/announce': 'manage',
  'GET /organise/events/:slug/team': 'manage',
  'GET /organise/events/:slug/grid': 'manage',
  'POST /organise/events/:slug/grid/start': 'manage',
  'POST /organise/events/:slug/grid/open': 'manage',
  'POST /organise/events/:slug/grid/copy': 'manage',
  'POST /organise/events/:slug/grid/rooms': 'manage',
  'GET /organise/events/:slug/grid/rooms/:id': 'manage',
  'POST /organise/events/:slug/grid/rooms/:id': 'manage',
  'POST /organise/events/:slug/grid/rooms/:id/up': 'manage',
  'POST /organise/events/:slug/grid/rooms/:id/down': 'manage',
  'POST /organise/events/:slug/grid/rooms/:id/remove': 'manage',
  'GET /organise/events/:slug/grid/slots/new': 'manage',
  'POST /organise/events/:slug/grid/slots/new': 'manage',
  'GET /organise/events/:slug/grid/slots/:id': 'manage',
  'POST /organise/events/:slug/grid/slots/:id': 'manage',
  'POST /organise/events/:slug/grid/slots/:id/remove': 'manage',
  'GET /organise/events/:slug/pitches': 'see',
  'GET /organise/events/:slug/cards': 'manage',
  'GET /organise/events/:slug/doors.pdf': 'see',
};

let site: TestSite;
let event: Event;
let registration: number;
const agents = {} as Record<Role, Agent>;

beforeAll(async () => {
  site = await openSite();
  const ctx = asSystem(site.base);
  event = await makeEvent(site.base, { capacity: '1' });
  const elsewhere = await makeEvent(site.base);
  const give = async (email: string, role: 'organiser' | 'helper', eventId: number | null) =>
    must(await grantRole(ctx, { email, role, eventId }));
  await give('helper@example.org', 'helper', event.id);
  await give('organiser@example.org', 'organiser', event.id);
  await give('other@example.org', 'organiser', elsewhere.id);
  await give('site@example.org', 'organiser', null);
  await give('spare@example.org', 'organiser', null);
  registration = must(await signUp(site.base, event, 'Ann')).id;
  must(await signUp(site.base, event, 'Bob'));
  agents.nobody = site.browser();
  for (const role of roles.slice(1)) agents[role] = await site.signedIn(`${role.toLowerCase()}@example.org`);
});
afterAll(() => site.close());

/** The status that a role gets; what a POST changes is of no account, as long as it is let in. */
async function statusFor(role: Role, route: string): Promise<number> {
  const [method, path] = route.split(' ') as [string, string];
  const url = path
    .replace(':slug', event.slug)
    .replace(':id', String(path.includes('/team/') ? 0 : registration));
  const agent = agents[role];
  const answer = method === 'GET' ? await agent.get(url) : await agent.post(url).type('form').send({});
  return answer.status;
}

describe('the organisers’ pages', () => {
  it('have every route in the table, or for the site’s organisers alone', () => {
    const found = routesOf(site.app).filter((route) => / \/organise(\/|$)/.test(route));
    expect(found.length).toBeGreaterThan(30);
    expect(Object.keys(needs).filter((route) => !found.includes(route))).toEqual([]);
  });

  it('let in those with the right, send nobody to sign in, and refuse everybody else', async () => {
    const found = routesOf(site.app).filter((route) => / \/organise(\/|$)/.test(route));
    const wrong: string[] = [];
    for (const route of found) {
      const allowed = rights[needs[route] ?? 'site']!;
      const statuses = await Promise.all(roles.map((role) => statusFor(role, route)));
      for (const [n, role] of roles.entries()) {
        const status = statuses[n]!;
        const refused = role === 'nobody' && route.startsWith('GET') ? 303 : 403;
        const fits = allowed.includes(role)
          ? status !== 403 && status !== 401 && status < 500
          : status === refused;
        if (!fits) wrong.push(`${route} as ${role}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 180_000);

  it('are not found for an event that there is not, also by organisers of another', async () => {
    for (const role of ['site', 'other'] as const)
      expect((await agents[role].get('/organise/events/no-such-event/attendees')).status).toBe(404);
  });

  it('tell the signed-in without a role what to do, and bring back who signs in', async () => {
    const refused = await agents.signedIn.get('/organise');
    expect(refused.text).toContain('signedin@example.org');
    const sent = await agents.nobody.get(`/organise/events/${event.slug}/attendees?state=waitlisted`);
    expect(sent.headers.location).toBe(
      `/sign-in?next=${encodeURIComponent(`/organise/events/${event.slug}/attendees?state=waitlisted`)}`,
    );
  });

  it('are kept by no cache, and found by no search engine', async () => {
    const page = await agents.site.get(`/organise/events/${event.slug}/attendees`);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  });

  it('show helpers the list and nothing to change it with', async () => {
    const page = await agents.helper.get(`/organise/events/${event.slug}/attendees`);
    expect(page.text).toContain('bob@example.org');
    expect(page.text).not.toMatch(/method="post"|attendees\.csv|attendees\/new|\/edit"/);
  });

  it('show organisers of one event that event alone', async () => {
    const page = await agents.other.get('/organise');
    expect(page.text).not.toContain(event.slug);
    expect(page.text.match(/class="card card-taped desk-card/g)).toHaveLength(1);
    expect(page.text).not.toMatch(/href="\/organise\/(team|jobs|events\/new)"/);
  });

  it('change a registration of their own event only, whatever the path says', async () => {
    const mine = await makeEvent(site.base, { slug: 'mine' });
    must(
      await grantRole(asSystem(site.base), {
        email: 'mixed@example.org',
        role: 'organiser',
        eventId: mine.id,
      }),
    );
    const agent = await site.signedIn('mixed@example.org');
    const answer = await agent.post(`/organise/events/${mine.slug}/attendees/${registration}/cancel`);
    expect(answer.status).toBe(404);
  });
});
