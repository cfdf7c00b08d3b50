import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Event, eventBySlug } from '../../../src/services/events/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { registrationById } from '../../../src/services/registrations/queries.ts';
import { asSystem, makeEvent, must, signUp } from '../../support/factories.ts';
import { fillEvent } from '../../support/many.ts';
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

const questions = [
  { label: 'Diet', kind: 'choice', options: 'vegan\nfish', required: 'on' },
  { label: 'More', kind: 'long' },
];
const dinner = (more: object = {}) => makeEvent(site.base, { capacity: '2', questions, ...more });
const guests = (event: Event, ...names: string[]) =>
  Promise.all(
    names.map(async (name) => must(await signUp(site.base, event, name, { answers: { diet: 'vegan' } }))),
  );
const listUrl = (event: Event) => `/organise/events/${event.slug}/attendees`;
const namesOn = (html: string) =>
  load(html)('.attendee-name')
    .map((_, one) => load(one).text())
    .get();
const stateOf = async (id: number) => (await registrationById(site.base.db, id))?.state;

describe('the list of attendees', () => {
  it('says what there is before anybody has registered', async () => {
    const page = await olga.get(listUrl(await dinner()));
    expect(page.text).toContain('Nobody has registered yet.');
  });

  it('shows names, addresses, states, places in line and answers', async () => {
    const event = await dinner();
    for (const name of ['Ann', 'Bob', 'Cyd']) await guests(event, name);
    const $ = load((await olga.get(listUrl(event))).text);
    const rows = $('.attendee-table tbody tr')
      .map((_, row) => $(row).find('th, td:not(.attendee-change)').text().replace(/\s+/g, ' ').trim())
      .get();
    expect(rows[2]).toBe('Cydcyd@example.orgwaiting list 1st in lineveganwebsiteFri 1 May, 13:00');
    expect(rows).toHaveLength(3);
  });

  it('finds, and keeps what was looked for in its fields, pages and sorting', async () => {
    const event = await dinner({ capacity: '' });
    await fillEvent(site.base, event, 120);
    const page = await olga.get(`${listUrl(event)}?q=guest+1&answer.diet=fish&sort=name`);
    const $ = load(page.text);
    expect($('input[name=q]').val()).toBe('guest 1');
    expect($('select[name="answer.diet"]').val()).toBe('fish');
    expect($('thead th').first().attr('aria-sort')).toBe('ascending');
    expect($('.attendee-count').text()).toContain('16 registrations fit.');
    for (const link of [$('thead a').first().attr('href'), $('a[href*="attendees.csv"]').attr('href')])
      expect(link).toContain('q=guest+1&answer.diet=fish');
  });

  it('pages with what was chosen, forwards and back', async () => {
    const event = await dinner({ capacity: '' });
    await fillEvent(site.base, event, 120);
    const first = await olga.get(`${listUrl(event)}?answer.diet=fish&sort=name`);
    const next = load(first.text)('a[rel=next]').attr('href')!;
    const second = await olga.get(next);
    expect(next).toContain('answer.diet=fish');
    expect([namesOn(first.text).length, namesOn(second.text).length]).toEqual([50, 10]);
    const back = await olga.get(load(second.text)('a[rel=prev]').attr('href')!);
    expect(namesOn(back.text)).toEqual(namesOn(first.text));
  });

  it('takes quotes and nonsense in its URL for nothing', async () => {
    const event = await dinner();
    await guests(event, 'Ann');
    for (const query of [
      "sort=name'--",
      'sort=id;drop table people',
      "dir='",
      'after=%00',
      'after=W10',
      "state=confirmed'",
      'q=%00%ff%27%22%3Cscript%3E',
      'answer.diet[]=x',
      'before=eyJhIjoxfQ',
    ]) {
      const page = await olga.get(`${listUrl(event)}?${query}`);
      expect([query, page.status]).toEqual([query, 200]);
      expect(page.text).not.toContain('<script>');
    }
  });

  it('says so when nobody fits, with a way back to everyone', async () => {
    const event = await dinner();
    await guests(event, 'Ann');
    const page = await olga.get(`${listUrl(event)}?q=zzz`);
    expect(page.text).toContain('Nobody fits that.');
    expect(load(page.text)('.empty a').attr('href')).toBe(listUrl(event));
  });

  it('asks the database as often for 30 as for one', async () => {
    const [one, thirty] = [await dinner(), await dinner()];
    await fillEvent(site.base, one, 1, 1);
    await fillEvent(site.base, thirty, 30, 20);
    const counts = [];
    for (const event of [one, thirty])
      counts.push(await countQueries(site.base.db, () => olga.get(`${listUrl(event)}?q=guest`).expect(200)));
    expect(counts[1]).toBe(counts[0]);
    expect(counts[1]).toBeLessThanOrEqual(9);
  });

  it('shows what people typed as text', async () => {
    const event = await dinner();
    must(
      await signUp(site.base, event, '<img src=x onerror=alert(1)>', {
        email: 'x@example.org',
        answers: { diet: 'fish' },
      }),
    );
    const page = await olga.get(listUrl(event));
    expect(page.text).not.toContain('<img src=x');
    expect(namesOn(page.text)).toEqual(['<img src=x onerror=alert(1)>']);
  });
});

describe('what is done from the list', () => {
  const act = (event: Event, id: number, path: string, back = '') =>
    olga
      .post(`${listUrl(event)}/${id}/${path}`)
      .type('form')
      .send({ back });

  it('gives a place, moves to the front and to the waiting list, cancels, sends the link anew', async () => {
    const event = await dinner();
    const [ann] = await guests(event, 'Ann');
    await guests(event, 'Bob');
    const [cyd] = await guests(event, 'Cyd');
    const [dan] = await guests(event, 'Dan');
    await act(event, dan!.id, 'to-front').expect(303);
    expect((await registrationById(site.base.db, dan!.id))?.rank).toBe(1);
    await act(event, ann!.id, 'to-waiting').expect(303);
    expect([await stateOf(ann!.id), await stateOf(dan!.id)]).toEqual(['waitlisted', 'confirmed']);
    await act(event, cyd!.id, 'give-place').expect(303);
    expect(await eventBySlug(site.base.db, event.slug)).toMatchObject({ taken: 3, capacity: 2, waiting: 1 });
    await act(event, ann!.id, 'cancel').expect(303);
    expect(await stateOf(ann!.id)).toBe('cancelled');
    const before = (await registrationById(site.base.db, cyd!.id))!.generation;
    await act(event, cyd!.id, 'link').expect(303);
    expect((await registrationById(site.base.db, cyd!.id))!.generation).toBe(before + 1);
  });

  it('comes back to the same list, page and row', async () => {
    const event = await dinner();
    const [ann] = await guests(event, 'Ann');
    const done = await act(event, ann!.id, 'link', "q=ann&sort=name&sort2=x&after=WyJhIiwiMSJd&said=evil'");
    expect(done.headers.location).toBe(
      `${listUrl(event)}?q=ann&sort=name&after=WyJhIiwiMSJd&said=attendee_link#r-${ann!.id}`,
    );
    const page = await olga.get(done.headers.location!.split('#')[0]!);
    expect(page.text).toContain('A new link is on its way');
  });

  it('says why when it does not work, on the same list', async () => {
    const event = await dinner();
    const [ann] = await guests(event, 'Ann');
    const page = await act(event, ann!.id, 'to-waiting', 'sort=name');
    expect(page.status).toBe(409);
    expect(page.text).toContain('the place would come straight back');
    expect(load(page.text)('thead th').first().attr('aria-sort')).toBe('ascending');
    expect((await act(event, 999_999, 'cancel')).status).toBe(404);
    expect((await olga.post(`${listUrl(event)}/x1/cancel`)).status).toBe(404);
  });

  it('sets the places: those who wait move up; fewer than are taken is said, and nobody loses theirs', async () => {
    const event = await dinner({ capacity: '1' });
    await guests(event, 'Ann');
    const [bob] = await guests(event, 'Bob');
    const set = (capacity: string) =>
      olga
        .post(`/organise/events/${event.slug}/capacity`)
        .type('form')
        .send({ capacity, waitingList: 'yes' });
    await set('2').expect(303);
    expect(await stateOf(bob!.id)).toBe('confirmed');
    await set('1').expect(303);
    const page = await olga.get(listUrl(event));
    expect(page.text).toContain('1 more than there are places');
    expect(await stateOf(bob!.id)).toBe('confirmed');
    const refused = await set('many');
    expect(refused.status).toBe(422);
    expect(load(refused.text)('#capacity').val()).toBe('many');
    expect(await eventBySlug(site.base.db, event.slug)).toMatchObject({ capacity: 1, waitingList: true });
  });
});

describe('adding somebody', () => {
  const form = (event: Event) => `${listUrl(event)}/new`;

  it('asks the event’s questions and requires none', async () => {
    const event = await dinner();
    const $ = load((await olga.get(form(event))).text);
    expect($('input[name=diet]')).toHaveLength(2);
    const nonce = $('input[name=nonce]').val();
    const given = { name: 'Eve', email: 'eve@example.org', nonce };
    for (let n = 0; n < 2; n++) await olga.post(form(event)).type('form').send(given).expect(303);
    const page = await olga.get(`${listUrl(event)}?dir=desc`);
    expect(namesOn(page.text)).toEqual(['Eve']);
  });

  it('joins the line of a full event, or gets a place beyond it when told to', async () => {
    const event = await dinner({ capacity: '1' });
    await guests(event, 'Ann');
    const add = (name: string, more: object) =>
      olga
        .post(form(event))
        .type('form')
        .send({ name, email: `${name}@example.org`, ...more });
    expect((await add('bob', {})).headers.location).toContain('said=attendee_added_waiting');
    expect((await add('cyd', { beyond: 'yes' })).headers.location).toContain('said=attendee_added');
    expect(await eventBySlug(site.base.db, event.slug)).toMatchObject({ taken: 2, waiting: 1 });
  });

  it('keeps what was typed when something is wrong', async () => {
    const event = await dinner();
    const page = await olga
      .post(form(event))
      .type('form')
      .send({ name: 'Eve', email: 'eve@', diet: 'fish', more: 'no nuts' });
    expect(page.status).toBe(422);
    const $ = load(page.text);
    expect([
      $('input[name=name]').val(),
      $('input[name=email]').val(),
      $('textarea[name=more]').val(),
    ]).toEqual(['Eve', 'eve@', 'no nuts']);
    expect($('input[name=diet][value=fish]').attr('checked')).toBeDefined();
    expect($('#errors a').attr('href')).toBe('#f-email');
  });

  it('refuses who is registered already', async () => {
    const event = await dinner();
    await guests(event, 'Ann');
    const page = await olga.post(form(event)).type('form').send({ name: 'Ann', email: 'ann@example.org' });
    expect(page.status).toBe(409);
    expect(page.text).toContain('already registered');
  });
});
