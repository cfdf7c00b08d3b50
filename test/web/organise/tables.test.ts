import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hallOf } from '../../../src/services/dinners/hall.ts';
import { seatGuest } from '../../../src/services/dinners/seats.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { cancelByToken, setCapacity } from '../../../src/services/registrations/commands.ts';
import { resizeParty } from '../../../src/services/registrations/parties.ts';
import { by, dinners, guests } from '../../support/dinners.ts';
import { asSystem, asVisitor, code, makeBase, must, signUp } from '../../support/factories.ts';
import { pdfPages } from '../../support/pdf.ts';
import { countQueries } from '../../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let organiser: Agent;
let at: ReturnType<typeof dinners>;
beforeAll(async () => {
  site = await openSite();
  at = dinners(site.base);
  must(await grantRole(asSystem(site.base), { email: 'org@example.org', role: 'organiser', eventId: null }));
  organiser = await site.signedIn('org@example.org');
});
afterAll(() => site.close());

async function dinner(more: object = {}) {
  const event = await at.dinner({ kind: 'dinner', capacity: '9', menu: 'Main:\nLamb\nRisotto', ...more });
  const ann = must(
    await signUp(site.base, event, 'Ann', {
      members: [{ choices: { main: 'Lamb' }, diets: ['halal'] }, { name: 'Zoë' }, {}],
      near: 'Bob',
    }),
  );
  const bob = must(await signUp(site.base, event, 'Bob', { members: guests(2), near: 'Ann' }));
  const url = `/organise/events/${event.slug}`;
  const post = (path: string, fields: object = {}) =>
    organiser.post(`${url}/tables${path}`).type('form').send(fields);
  const seats = async () =>
    Object.fromEntries(
      (await hallOf(site.base.db, event.id)).guests.map((one) => [`${one.by} ${one.position}`, one.tableId]),
    );
  const tables = async () => (await hallOf(site.base.db, event.id)).tables;
  return { event, ann, bob, url, post, seats, tables };
}

describe('the tables of a dinner', () => {
  it('are added, named, changed and taken away; or as many as are needed are suggested', async () => {
    const { url, post, tables, seats } = await dinner();
    const empty = load((await organiser.get(`${url}/tables`).expect(200)).text);
    expect(empty('button[value=suggested]').text()).toBe('Or one table of 5, filled');
    await post('', { count: '2', seats: '4' }).expect(303);
    expect((await tables()).map(({ name, seats: count }) => [name, count])).toEqual([
      ['Table 1', 4],
      ['Table 2', 4],
    ]);
    const [one, two] = await tables();
    await post(`/${one!.id}`, { name: ' By the  window ', seats: '3' }).expect(303);
    await post('/everybody').expect(303);
    await post(`/${two!.id}/remove`).expect(303);
    expect((await tables()).map((each) => [each.name, each.seats])).toEqual([['By the window', 3]]);
    expect(Object.values(await seats()).filter((each) => each === null)).toHaveLength(3);
    for (const wrong of [
      { count: '0', seats: '4' },
      { count: 'x', seats: '' },
      { count: '2', seats: '41' },
    ])
      await post('', wrong).expect(422);
    await post(`/${two!.id}`, { name: 'X', seats: '3' }).expect(404);
    await post(`/${one!.id}`, { name: '', seats: '3' }).expect(422);
  });

  it('seat everybody, friends together; whoever was placed by hand stays, until all are seated afresh', async () => {
    const { post, tables, seats, ann } = await dinner();
    await post('/everybody').expect(409);
    await post('', { count: '2', seats: '5' }).expect(303);
    await post('/everybody').expect(303);
    expect(new Set(Object.values(await seats())).size).toBe(1);
    const [one, two] = await tables();
    const to = (await seats())['Ann 0'] === one!.id ? two!.id : one!.id;
    await post('/seat', { registration: ann.id, position: '2', to }).expect(303);
    await post('/everybody').expect(303);
    expect((await seats())['Ann 2']).toBe(to);
    await post('/everybody', { afresh: 'yes' }).expect(303);
    expect(new Set(Object.values(await seats())).size).toBe(1);
  });

  it('take a person or a whole party; a full one does not, and undo brings them back', async () => {
    const { url, post, tables, seats, ann, bob } = await dinner();
    await post('', { count: '2', seats: '4' }).expect(303);
    const [one, two] = await tables();
    const moved = await post('/seat', {
      registration: ann.id,
      position: 'all',
      to: one!.id,
      from: 'none',
    }).expect(303);
    expect([(await seats())['Ann 0'], (await seats())['Ann 2'], (await seats())['Bob 0']]).toEqual([
      one!.id,
      one!.id,
      null,
    ]);
    const full = await post('/seat', { registration: bob.id, position: 'all', to: one!.id });
    expect(full.status).toBe(409);
    expect(load(full.text)('#errors').text()).toContain(
      'Table 1 has one free seat: too few for all of them.',
    );
    const page = load((await organiser.get(moved.headers.location!)).text);
    const undo = page('form')
      .filter((_, form) => page(form).find('button').text() === 'Undo')
      .find('input');
    await post(
      '/seat',
      Object.fromEntries(undo.toArray().map((input) => [input.attribs.name, input.attribs.value])),
    ).expect(303);
    expect((await seats())['Ann 0']).toBeNull();
    expect(two).toBeDefined();
    expect(load((await organiser.get(`${url}/tables`)).text)('.seat select').length).toBe(5);
  });

  it('lose no move of two organisers at once', async () => {
    const { event, post, tables, seats, ann } = await dinner();
    await post('', { count: '2', seats: '4' }).expect(303);
    const [one, two] = await tables();
    const other = makeBase(site.url);
    const who = { registration: ann.id, position: 0 };
    const both = await Promise.all([
      seatGuest(asSystem(site.base), event.slug, who, one!.id, null),
      seatGuest(asSystem(other), event.slug, who, two!.id, null),
    ]);
    expect(both.map((each) => code(each) ?? 'moved').sort()).toEqual(['moved', 'moved_meanwhile']);
    expect((await seats())['Ann 0']).toBe(both[0]!.ok ? one!.id : two!.id);
    await other.db.$client.end();
  });

  it('are free again when a party shrinks or goes', async () => {
    const { event, post, tables, seats, ann, bob } = await dinner();
    await post('', { count: '1', seats: '5' }).expect(303);
    await post('/everybody').expect(303);
    must(await resizeParty(asVisitor(site.base), by(ann), guests(1)));
    must(await cancelByToken(asVisitor(site.base), by(bob).token));
    expect(Object.keys(await seats())).toEqual(['Ann 0']);
    must(await resizeParty(asVisitor(site.base), by(ann), guests(3)));
    expect(await seats()).toEqual({ 'Ann 0': (await tables())[0]!.id, 'Ann 1': null, 'Ann 2': null });
    expect(event.id).toBeGreaterThan(0);
  });

  it('are printed: a card for everybody, and a plan', async () => {
    const { event, url, post } = await dinner();
    must(await signUp(site.base, event, 'محمد', { email: 'm@example.org' }));
    await post('', { count: '1', seats: '6' }).expect(303);
    await post('/everybody').expect(303);
    const pdf = async (name: string) => {
      const answer = await organiser
        .get(`${url}/${name}.pdf`)
        .buffer(true)
        .parse((res, done) => {
          const parts: Buffer[] = [];
          res.on('data', (part) => parts.push(part));
          res.on('end', () => done(null, Buffer.concat(parts)));
        });
      return pdfPages(answer.body).flat();
    };
    const cards = await pdf('place-cards');
    for (const name of ['Ann', 'Zoë', 'Guest of Ann', 'Bob', 'Guest of Bob'])
      expect(cards.filter((line) => line === name)).toHaveLength(2);
    expect(cards).toContain('Lamb · Halal');
    // In letters that paper does not have: a line to write on.
    expect(cards.filter((line) => line.startsWith('. . .'))).toHaveLength(2);
    const plan = await pdf('table-plan');
    expect(plan).toEqual(expect.arrayContaining(['Table 1', '6 of 6', 'By name', 'Zoë']));
  });

  it('cost as many queries for thirty people as for five', async () => {
    const [small, large] = [await dinner(), await dinner({ partyMost: '20' })];
    must(await setCapacity(asSystem(site.base), large.event.slug, 90, true));
    for (const name of ['Dan', 'Eve']) await at.come(large.event, name, 15);
    const queries = ({ url }: typeof small) =>
      countQueries(site.base.db, () => organiser.get(`${url}/tables`).expect(200));
    expect(await queries(large)).toBe(await queries(small));
  });
});
