import { load } from 'cheerio';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freezeWhenDue } from '../../../src/services/dinners/sheets.ts';
import { updateEvent } from '../../../src/services/events/commands.ts';
import { eventBySlug } from '../../../src/services/events/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { setCapacity } from '../../../src/services/registrations/commands.ts';
import { resizeParty } from '../../../src/services/registrations/parties.ts';
import { by, dinners } from '../../support/dinners.ts';
import { asSystem, asVisitor, makeBase, must, noon, signUp } from '../../support/factories.ts';
import { idle, openWorker } from '../../support/jobs.ts';
import { pdfPages } from '../../support/pdf.ts';
import { countQueries } from '../../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';
import { startSmtp } from '../../support/smtp.ts';

let site: TestSite;
let organiser: Agent;
let at: ReturnType<typeof dinners>;
let now = noon;
beforeAll(async () => {
  site = await openSite({ now: () => now });
  at = dinners(site.base);
  must(await grantRole(asSystem(site.base), { email: 'org@example.org', role: 'organiser', eventId: null }));
  organiser = await site.signedIn('org@example.org');
});
afterAll(() => site.close());

const menu = 'Main:\nLamb | 9\nRisotto\n\nPudding:\nCake';
const binary = (url: string) =>
  organiser
    .get(url)
    .buffer(true)
    .parse((res, done) => {
      const parts: Buffer[] = [];
      res.on('data', (part) => parts.push(part));
      res.on('end', () => done(null, Buffer.concat(parts)));
    });
const csvOf = async (url: string): Promise<Record<string, string>[]> =>
  parse((await organiser.get(url).expect(200)).text, { bom: true, columns: true });

/** A dinner with tables, of two parties with places and one that waits. */
async function dinner(more: object = {}) {
  const event = await at.dinner({ kind: 'dinner', capacity: '5', menu, ...more });
  const ann = must(
    await signUp(site.base, event, 'Ann', {
      members: [
        { choices: { main: 'Lamb', pudding: 'Cake' }, diets: ['halal'] },
        {
          name: '=1+1',
          choices: { main: 'Risotto' },
          diets: ['vegan', 'nut_allergy'],
          dietOther: 'no celery',
        },
        {},
      ],
    }),
  );
  const bob = must(await signUp(site.base, event, 'Bob', { members: [{ choices: { main: 'Lamb' } }] }));
  const cyd = must(await signUp(site.base, event, 'Cyd', { members: [{ diets: ['kosher'] }, {}] }));
  expect(cyd.state).toBe('waitlisted');
  const [table] = await at.query(
    `insert into dinner_tables (event_id, position, name, seats) values ($1, 1, 'By the window', 8) returning id`,
    [event.id],
  );
  await at.query(
    'insert into seatings (registration_id, position, table_id) values ($1, 0, $3), ($1, 1, $3), ($2, 0, $3)',
    [ann.id, bob.id, table.id],
  );
  return { event, ann, bob, url: `/organise/events/${event.slug}` };
}

describe('the export of a dinner', () => {
  it('has a row a member with the registration’s number, diets and dishes', async () => {
    const { ann, bob, url } = await dinner();
    const rows = await csvOf(`${url}/attendees.csv`);
    expect(
      rows.map((row) => [row.Number, row['Of the party'], row.Name, row['Guest of'], row.Main, row.Pudding]),
    ).toEqual([
      [String(ann.id), '1', 'Ann', '', 'Lamb', 'Cake'],
      [String(ann.id), '2', "'=1+1", 'Ann', 'Risotto', ''],
      [String(ann.id), '3', 'Guest of Ann', 'Ann', '', ''],
      [String(bob.id), '1', 'Bob', '', 'Lamb', ''],
      [expect.any(String), '1', 'Cyd', '', '', ''],
      [expect.any(String), '2', 'Guest of Cyd', 'Cyd', '', ''],
    ]);
    expect(rows[1]).toMatchObject({
      Diet: 'Vegan, Nut allergy',
      'Diet, other': 'no celery',
      Table: 'By the window',
      Party: '3',
    });
    const json = (await organiser.get(`${url}/attendees.json`)).body;
    expect(json[2]).toMatchObject({
      id: ann.id,
      member: 3,
      name: null,
      guestOf: 'Ann',
      size: 3,
      choices: { main: null },
    });
    expect(await csvOf(`${url}/attendees.csv?rows=registration`)).toHaveLength(3);
  });

  it('has a row a registration where nobody brings anybody', async () => {
    const event = await at.dinner({ kind: 'meetup', partyMost: '1' });
    await at.come(event, 'Ann');
    const rows = await csvOf(`/organise/events/${event.slug}/attendees.csv`);
    expect(Object.keys(rows[0]!)).not.toContain('Party');
  });
});

describe('the restaurant sheet', () => {
  it('shows how many eat what, table by table, as page, PDF and CSV, and no name', async () => {
    const { url } = await dinner();
    const page = load((await organiser.get(`${url}/restaurant`).expect(200)).text);
    const sections = page('.sheet')
      .map((_, one) => page(one).text().replace(/\s+/g, ' ').trim())
      .get();
    expect(sections).toEqual([
      'In all 4 people Main: Lamb2Main: Risotto1Main: not chosen yet1Pudding: Cake1Pudding: not chosen yet3Halal1Vegan1Nut allergy1no celery1',
      'By the window 3 people Main: Lamb2Main: Risotto1Pudding: Cake1Pudding: not chosen yet2Halal1Vegan1Nut allergy1no celery1',
      'No table yet 1 person Main: Lamb0Main: Risotto0Main: not chosen yet1Pudding: Cake0Pudding: not chosen yet1',
    ]);
    const pdf = await binary(`${url}/restaurant.pdf`).expect(200);
    const paper = pdfPages(pdf.body).flat().join('\n');
    expect(paper).toContain('By the window');
    for (const text of [
      page('main .narrow').text(),
      paper,
      (await organiser.get(`${url}/restaurant.csv`)).text,
    ])
      for (const name of ['Ann', 'Bob', '1+1']) expect(text).not.toContain(name);
  });

  it('counts what the export counts', async () => {
    const { url } = await dinner();
    const coming = (await csvOf(`${url}/attendees.csv`)).filter((row) => row.State === 'has a place');
    const total = (await csvOf(`${url}/restaurant.csv`)).filter((row) => row.Table === 'In all');
    const count = (what: string, item: string) =>
      Number(total.find((row) => row.What === what && row.Item === item)?.Count ?? 0);
    expect(count('people', '')).toBe(coming.length);
    for (const [course, dish] of [
      ['Main', 'Lamb'],
      ['Main', 'Risotto'],
      ['Pudding', 'Cake'],
    ])
      expect(count('dish', dish!)).toBe(coming.filter((row) => row[course!] === dish).length);
    for (const diet of ['Halal', 'Vegan', 'Nut allergy'])
      expect(count('diet', diet)).toBe(coming.filter((row) => row.Diet!.split(', ').includes(diet)).length);
  });

  it('is frozen by its button; what changes later is listed as differences', async () => {
    const { url, ann } = await dinner();
    await organiser.post(`${url}/restaurant/freeze`).expect(303);
    must(
      await resizeParty(asVisitor(site.base), by(ann), [{ choices: { main: 'Risotto' }, diets: ['halal'] }]),
    );
    const page = load((await organiser.get(`${url}/restaurant`)).text);
    expect(page('.lead').text()).toContain(
      'The restaurant was told these numbers on Fri 1 May, 13:00 (London).',
    );
    expect(page('.sheet').first().text()).toContain('4 people');
    const since = page('.notice li')
      .map((_, one) => page(one).text())
      .get();
    // Cyd and a guest have the places that became free.
    expect(since).toContain('In all: −1 Lamb (Main)');
    expect(since).toContain('In all: −1 Vegan');
    expect(since).toContain('By the window: −1 people');
    const rows = await csvOf(`${url}/restaurant.csv`);
    expect(rows.find((row) => row.What === 'since then: dish' && row.Item === 'Lamb')?.Count).toMatch(/-1/);
    await organiser.post(`${url}/restaurant/freeze`).expect(303);
    expect(load((await organiser.get(`${url}/restaurant`)).text)('.notice').text()).toContain(
      'Nothing has changed since',
    );
  });

  it('is for those who see the event; to freeze it one must organise it', async () => {
    const { event, url } = await dinner();
    must(
      await grantRole(asSystem(site.base), { email: 'help@example.org', role: 'helper', eventId: event.id }),
    );
    const helper = await site.signedIn('help@example.org');
    await helper.get(`${url}/restaurant`).expect(200);
    await helper.post(`${url}/restaurant/freeze`).expect(403);
    const other = await site.signedIn('other@example.org');
    for (const end of ['', '.csv', '.pdf']) await other.get(`${url}/restaurant${end}`).expect(403);
    await organiser.get('/organise/events/nowhere/restaurant').expect(404);
  });

  it('costs as many queries for thirty people as for one', async () => {
    const [small, large] = [await dinner(), await dinner({ partyMost: '20' })];
    must(await setCapacity(asSystem(site.base), large.event.slug, 90, true));
    for (const name of ['Dan', 'Eve']) await at.come(large.event, name, 15);
    const queries = ({ url }: typeof small) =>
      countQueries(site.base.db, () => organiser.get(`${url}/restaurant`).expect(200));
    expect(await queries(large)).toBe(await queries(small));
  });
});

describe('the day on which the restaurant is told', () => {
  it('freezes once, though two workers run the job, or it runs early, late or twice', async () => {
    const { event } = await dinner({ sheetAt: '2026-05-20T12:00' });
    const frozen = async () =>
      (await at.query('select frozen_at at from restaurant_sheets where event_id = $1', [event.id])).map(
        (row) => row.at,
      );
    expect(await freezeWhenDue(site.base, event.id)).toBe('not_due');
    expect(await frozen()).toEqual([]);
    now = new Date('2026-05-20T11:30:00Z');
    const other = makeBase(site.url, () => now);
    const both = await Promise.all([freezeWhenDue(site.base, event.id), freezeWhenDue(other, event.id)]);
    expect(both.sort()).toEqual(['frozen', 'nothing']);
    expect(await frozen()).toEqual([now]);
    // The clock is set back: the job comes again, and finds it done.
    now = new Date('2026-05-20T11:10:00Z');
    expect(await freezeWhenDue(site.base, event.id)).toBe('nothing');
    await other.db.$client.end();
    now = noon;
  });

  it('is planned when the event is published or changed: a later plan takes the place of an earlier one', async () => {
    await at.queued();
    const { event } = await dinner({ sheetAt: '2026-05-20T12:00' });
    const plans = async () =>
      (
        await at.query(`select run_at at from graphile_worker.jobs where key = $1`, [
          `freeze_sheet:${event.id}`,
        ])
      ).map((row) => row.at);
    expect(await plans()).toEqual([new Date('2026-05-20T11:00:00Z')]);
    const current = (await eventBySlug(site.base.db, event.slug))!;
    must(
      await updateEvent(asSystem(site.base), event.slug, current.version, {
        ...{
          name: event.name,
          kind: 'dinner',
          zone: 'Europe/London',
          startsAt: '2026-05-30T19:00',
          endsAt: '2026-05-30T22:00',
        },
        sheetAt: '2026-05-21T12:00',
      }),
    );
    expect(await plans()).toEqual([new Date('2026-05-21T11:00:00Z')]);
    const smtp = await startSmtp();
    now = new Date('2026-05-21T12:00:00Z');
    await at.query(`update graphile_worker._private_jobs set run_at = now() where key = $1`, [
      `freeze_sheet:${event.id}`,
    ]);
    const worker = await openWorker(site.base, site.url, smtp.url);
    await idle(site.base);
    await worker.stop();
    await smtp.close();
    expect(await at.query('select from restaurant_sheets where event_id = $1', [event.id])).toHaveLength(1);
    now = noon;
  });
});
