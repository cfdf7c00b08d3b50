import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../src/services/events/queries.ts';
import { cardLink } from '../src/services/grid/cards.ts';
import { addRoom, addSlots } from '../src/services/grid/commands.ts';
import { gridOf } from '../src/services/grid/queries.ts';
import { grantRole, signInLink } from '../src/services/people/commands.ts';
import { personByEmail } from '../src/services/people/queries.ts';
import { manageToken, registrationById, ticketToken } from '../src/services/registrations/queries.ts';
import { addHost, propose } from '../src/services/sessions/commands.ts';
import { sessionByNumber } from '../src/services/sessions/queries.ts';
import { asSystem, makeEvent, must, proved, secret, signUp } from './support/factories.ts';
import { changed, fingerprints } from './support/fingerprint.ts';
import { policies, type Role, roles, routePolicies } from './support/policies.ts';
import { routesOf } from './support/routes.ts';
import { type Agent, openSite, type TestSite } from './support/site.ts';

// Every route of the live router, by every role, on objects of one's own event and of another: who is refused changes nothing.

/** An event, and one of each thing that belongs to it. */
type Things = {
  event: Event;
  registration: number;
  session: number;
  room: number;
  slot: number;
  table: number;
  roleId: number;
};

let site: TestSite;
let own: Things;
let foreign: Things;
const agents = {} as Record<Role, Agent>;
const query = async (text: string, values: unknown[] = []) =>
  (await site.base.db.$client.query(text, values)).rows;
const give = async (email: string, role: 'organiser' | 'helper', eventId: number | null) =>
  must(await grantRole(asSystem(site.base), { email: `${email}@example.org`, role, eventId })).personId;

beforeAll(async () => {
  const mailbox = mkdtempSync(path.join(tmpdir(), 'turnout-rights-'));
  site = await openSite({ mailbox, imified: { key: 'a key that nobody has' } });
  own = await makeThings('own', 1);
  foreign = await makeThings('foreign', 4);
  must(await signUp(site.base, own.event, 'Attendee'));
  await query('update events set capacity = taken where id = $1', [own.event.id]);
  must(await signUp(site.base, own.event, 'Waitlisted'));
  await give('helper', 'helper', own.event.id);
  await give('organiser', 'organiser', own.event.id);
  await give('other', 'organiser', foreign.event.id);
  await give('site', 'organiser', null);
  await give('spare', 'organiser', null);
  for (const role of roles)
    agents[role] =
      role === 'nobody' || role === 'unproved' ? site.browser() : await site.signedIn(`${role}@example.org`);
  // Somebody who has only said an address, in the website's chat.
  const name = own.event.slug;
  await agents.unproved
    .post('/chat')
    .type('form')
    .send({ text: `register ${name} Una unproved@example.org yes` });
  const host = await proved(site.base, (await personByEmail(site.base.db, 'host@example.org'))!.id);
  must(await addHost(host, own.event.slug, own.session, 'attendee@example.org'));
}, 60_000);
afterAll(() => site.close());

/** A BarCamp with so many sessions; the last is the one that is meant, so that no other event has one of its number. */
async function makeThings(name: string, sessions: number): Promise<Things> {
  const organiser = asSystem(site.base);
  const event = await makeEvent(site.base, {
    name: `Camp ${name}`,
    slug: `camp-${name}`,
    kind: 'barcamp',
    series: 'Web week',
    startsAt: '2026-05-30T09:00',
    endsAt: '2026-05-30T17:00',
  });
  const holder = name === 'own' ? 'Host' : `Host ${name}`;
  const { id: registration } = must(await signUp(site.base, event, `Guest ${name}`));
  const hosting = must(await signUp(site.base, event, holder));
  const host = await proved(site.base, (await registrationById(site.base.db, hosting.id))!.personId);
  must(await addRoom(organiser, event.slug, { name: `Room ${name}` }));
  must(await addRoom(organiser, event.slug, { name: `Second ${name}` }));
  must(
    await addSlots(organiser, event.slug, {
      startsAt: '2026-05-30T10:00',
      endsAt: '2026-05-30T11:00',
      minutes: '30',
    }),
  );
  const grid = await gridOf(site.base.db, event.id);
  for (let n = 0; n < sessions; n++)
    must(await propose(host, { event: event.slug, answers: { title: `Talk ${name} ${n}` } }));
  const [table] = await query(
    `insert into dinner_tables (event_id, position, name, seats) values ($1, 1, $2, 4) returning id`,
    [event.id, `Table ${name}`],
  );
  const person = await give(`spare-${name}`, 'helper', event.id);
  const [role] = await query('select id from roles where person_id = $1', [person]);
  return {
    ...{ event, registration, session: sessions, room: grid.rooms[1]!.id, slot: grid.slots[0]!.id },
    ...{ table: table.id, roleId: role.id },
  };
}

/** What stands for a parameter of the path. */
function idFor(route: string, name: string, at: Things): string {
  if (name === 'n' || name === 'number') return String(at.session);
  if (name === 'key') return `${at.room}-${at.slot}`;
  if (name === 'token' || name === 'name') return 'x'.repeat(43);
  if (name === 'version') return '1';
  if (route.includes('/rooms/')) return String(at.room);
  if (route.includes('/slots/')) return String(at.slot);
  if (route.includes('/tables/')) return String(at.table);
  if (route.includes('/team/')) return String(at.roleId);
  return String(at.registration);
}

const urlFor = (route: string, at: Things, slug = at.event.slug): string =>
  route
    .split(' ')[1]!
    .replace(/:(\w+)/g, (_, name) =>
      name === 'slug' ? (route.includes('/series/') ? 'web-week' : slug) : idFor(route, name, at),
    );

/** All that any form asks for, so that whoever is let in by mistake changes something. */
const body = (at: Things) => ({
  ...{
    title: 'Changed',
    name: 'Changed',
    email: 'changed@example.org',
    text: 'Hello',
    subject: 'Hello',
    note: 'Hello',
  },
  ...{
    cell: `${at.room}-${at.slot}`,
    room: at.room,
    slot: at.slot,
    with: at.session,
    starred: 'yes',
    answer: 'yes',
  },
  ...{
    registration: at.registration,
    position: '0',
    do: 'in',
    table: at.table,
    seat: `${at.registration}-0`,
  },
  ...{
    capacity: '77',
    seats: '5',
    rooms: 'New room',
    minutes: '30',
    open: '',
    day: '2026-05-31',
    role: 'organiser',
  },
  ...{
    kind: 'talk',
    to: '2026-05-31',
    tables: '1',
    columns: 'name',
    confirm: 'yes',
    sure: 'yes',
    notify: 'no',
  },
  ...{
    startsAt: '2026-05-30T14:00',
    endsAt: '2026-05-30T15:00',
    days: '7',
    message: 'Bye',
    person: at.registration,
  },
});

async function send(role: Role, route: string, url: string, at: Things) {
  const [method] = route.split(' ');
  const agent = agents[role];
  // A stream does not end by itself.
  if (url.endsWith('/stream')) {
    const answer = await agent
      .get(url)
      .buffer(false)
      .parse((res, done) => {
        (res as unknown as { destroy(): void }).destroy();
        done(null, '');
      })
      .catch((error: { response?: { status: number } }) => error.response ?? { status: 200 });
    return { status: answer!.status, location: '' };
  }
  const answer = method === 'GET' ? await agent.get(url) : await agent.post(url).type('form').send(body(at));
  return { status: answer.status, location: String(answer.headers.location ?? '') };
}

type Answer = { status: number; location: string };
const turnedAway = ({ status, location }: Answer) =>
  [401, 403].includes(status) || (status === 303 && location.startsWith('/sign-in'));
/** Of a thing that is nobody's business, or that a wrong key opens, it may also be said that it is not there. */
const refused = (answer: Answer) => turnedAway(answer) || [404, 405, 410].includes(answer.status);

const found = () => [...new Set(routesOf(site.app))];
const known = () => found().filter((route) => routePolicies[route]);
const allowedAt = (route: string): readonly Role[] => policies[routePolicies[route]!];

describe('every route', () => {
  it('has a policy, and every policy a route', () => {
    expect(found().filter((route) => !routePolicies[route])).toEqual([]);
    expect(Object.keys(routePolicies).filter((route) => !found().includes(route))).toEqual([]);
    expect(found().length).toBeGreaterThan(130);
  });

  it('refuses those whom its policy leaves out, and nothing is changed by it', {
    timeout: 120_000,
  }, async () => {
    const wrong: string[] = [];
    let before = await fingerprints(site.base);
    for (const route of known()) {
      const out = roles.filter((role) => !allowedAt(route).includes(role));
      const answers = await Promise.all(out.map((role) => send(role, route, urlFor(route, own), own)));
      for (const [n, answer] of answers.entries())
        if (!refused(answer)) wrong.push(`${route} lets ${out[n]} in: ${answer.status}`);
      const after = out.length > 0 ? await fingerprints(site.base) : before;
      for (const table of changed(before, after)) wrong.push(`${route} changed ${table}`);
      before = after;
    }
    expect(wrong).toEqual([]);
  });

  it("gives nobody another event's things below the address of their own", { timeout: 240_000 }, async () => {
    const wrong: string[] = [];
    let before = await fingerprints(site.base);
    const named = known().filter((route) => /:slug\/.*:(id|n|number|key)\b/.test(route));
    expect(named.length).toBeGreaterThan(25);
    for (const route of named) {
      const asked: Role[] = ['host', 'attendee', 'helper', 'organiser', 'other', 'site'];
      const url = urlFor(route, foreign, own.event.slug);
      const answers = await Promise.all(asked.map((role) => send(role, route, url, foreign)));
      // What is not there need not be removed: that is no error, and nothing is changed by it.
      for (const [n, { status }] of answers.entries())
        if (status < 300 || status >= 500 || (status === 303 && !route.endsWith('/remove')))
          wrong.push(`${route} as ${asked[n]}: ${status}`);
      const after = await fingerprints(site.base);
      for (const table of changed(before, after)) wrong.push(`${route} changed ${table}`);
      before = after;
    }
    // And where the form names the thing: at the door, at the tables, on the grid.
    const forms = ['check-in', 'tables/seat'].map((page) => `/organise/events/${own.event.slug}/${page}`);
    const place = `/events/${own.event.slug}/sessions/${own.session}`;
    for (const url of [...forms, `${place}/place`, `${place}/swap`])
      for (const role of ['organiser', 'host'] as const) {
        await agents[role].post(url).type('form').send(body(foreign));
        for (const table of changed(before, await fingerprints(site.base)))
          wrong.push(`${url} as ${role} changed ${table}`);
      }
    expect(wrong).toEqual([]);
  });

  it('opens by its own kind of key alone', { timeout: 60_000 }, async () => {
    const row = (await registrationById(site.base.db, own.registration))!;
    const session = (await sessionByNumber(site.base.db, own.event.id, own.session))!;
    const last = (url: string) => url.split('/').at(-1)!;
    const tokens = {
      r: manageToken(secret, row),
      t: ticketToken(secret, row),
      c: last(cardLink({ baseUrl: '', secret }, session)),
      'sign-in': last(await signInLink(asSystem(site.base), 'stranger@example.org')),
    };
    const before = await fingerprints(site.base);
    const wrong: string[] = [];
    const routes = known().filter((route) => /:token/.test(route));
    expect(routes.length).toBeGreaterThan(15);
    for (const route of routes)
      for (const [kind, token] of Object.entries(tokens)) {
        const url = route.split(' ')[1]!.replace(':token', token);
        const fits = url.startsWith(`/${kind}/`);
        if (fits && !route.startsWith('GET')) continue;
        const answer = await send('nobody', route, url, own);
        if (fits ? answer.status >= 400 : !refused(answer))
          wrong.push(`${route} by ${kind}: ${answer.status}`);
      }
    expect(changed(before, await fingerprints(site.base))).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('is not there for the public while its event is a draft', { timeout: 60_000 }, async () => {
    const draft = await makeEvent(site.base, { kind: 'barcamp', slug: 'secret-camp', draft: true });
    const wrong: string[] = [];
    const routes = known().filter((route) => / \/events\/:slug/.test(route));
    for (const route of routes)
      for (const role of ['nobody', 'attendee', 'other', 'helper'] as const) {
        const answer = await send(role, route, urlFor(route, own, draft.slug), own);
        if (!refused(answer)) wrong.push(`${route} as ${role}: ${answer.status}`);
      }
    expect(wrong).toEqual([]);
  });

  it('lets those in whom its policy names, and they change things', { timeout: 240_000 }, async () => {
    const wrong: string[] = [];
    const changing = new Set<string>();
    // What ends a session or a person comes last.
    const rank = (route: string) =>
      ['/me/forget', '/sign-out-everywhere', '/sign-out'].findIndex((end) => route.endsWith(end));
    const order = known().sort((a, b) => rank(a) - rank(b));
    for (const route of order) {
      const isPost = route.startsWith('POST');
      const counts = isPost && changing.size <= enough;
      const before = counts ? await fingerprints(site.base) : {};
      const seen: number[] = [];
      for (const role of allowedAt(route)) {
        const answer = await send(role, route, urlFor(route, own), own);
        seen.push(answer.status);
        if (turnedAway(answer) || answer.status >= 500)
          wrong.push(`${route} refuses ${role}: ${answer.status}`);
      }
      if (!isPost && seen.length > 0 && seen.every((status) => status >= 400) && !mayBeNothing.has(route))
        wrong.push(`${route} gives nobody anything: ${seen}`);
      if (counts && changed(before, await fingerprints(site.base)).length > 0) changing.add(route);
    }
    expect(wrong).toEqual([]);
    // The control of the others: the same forms do change things when they come from those who may.
    expect(changing.size).toBeGreaterThan(enough);
  });
});

/** So many routes that change something show that a change would be seen. */
const enough = 20;

/** There is no picture here, no stylesheet of that version, and nothing was cancelled. */
const mayBeNothing = new Set([
  'GET /images/:id',
  'GET /assets/:version/site.css',
  'GET /organise/events/:slug/cancellations/:id',
]);
