import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelByToken, register } from '../../src/services/registrations/commands.ts';
import { manageToken, membersOf, registrationById } from '../../src/services/registrations/queries.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import { by, dinners, guests, refusal } from '../support/dinners.ts';
import { asVisitor, makeEvent, must, secret, signUp } from '../support/factories.ts';
import { submit, valuesOf } from '../support/form.ts';
import { countQueries } from '../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let browser: Agent;
let at: ReturnType<typeof dinners>;
beforeAll(async () => {
  site = await openSite();
  browser = site.browser();
  at = dinners(site.base);
});
afterAll(() => site.close());

const menu = 'Main course:\nRoast lamb | 2\nRisotto';
const dinner = (more: object = {}) => at.dinner({ kind: 'dinner', capacity: '10', menu, ...more });
const form = 'form.form';
const page = async (path: string) => (await browser.get(path).expect(200)).text;
const idOf = (location = '') => location.split('?')[0]!;

describe('registering a party on the website', () => {
  it('works without JavaScript: a guest more, one fewer, and nothing typed is lost', async () => {
    const event = await dinner();
    const url = `/events/${event.slug}/register`;
    const first = await page(url);
    expect(load(first)('.party-legend').text()).toBe('You');
    const two = await submit(browser, first, form, {
      name: 'Ann',
      email: 'ann@example.org',
      'members.0.diets': 'vegan',
      near: 'Bob',
      do: 'guest',
    });
    expect(two.status).toBe(200);
    const three = await submit(browser, two.text, form, { 'members.1.name': 'Bo', do: 'guest' });
    const fewer = await submit(browser, three.text, form, { 'members.2.name': 'Cy', do: 'remove.1' });
    const $ = load(fewer.text);
    expect(
      $('.party-legend')
        .map((_, one) => $(one).text())
        .get(),
    ).toEqual(['You', 'Guest 1']);
    expect(valuesOf($, form)).toMatchObject({ name: 'Ann', near: 'Bob', 'members.1.name': 'Cy' });
    const done = await submit(browser, fewer.text, form, {
      'members.0.choices.main_course': 'Risotto',
      'members.1.choices.main_course': 'Roast lamb',
      do: 'send',
    });
    expect(done.status).toBe(303);
    const manage = load(await page(idOf(done.headers.location)));
    expect(
      manage('.party-list li')
        .map((_, one) => manage(one).text())
        .get(),
    ).toEqual(['AnnRisotto · Vegan', 'CyRoast lamb']);
    expect(manage('.ticket-main').text()).toContain('Bob');
  });

  it('says at the field what is wrong with a guest, and above the form what is refused', async () => {
    const event = await dinner();
    const url = `/events/${event.slug}/register`;
    const typed = {
      name: 'Ann',
      email: 'ann@example.org',
      'members.0.here': 'yes',
      'members.1.name': 'x'.repeat(201),
      'members.1.diets': 'stones',
      'members.1.choices.main_course': 'Unicorn',
    };
    const refused = await browser.post(url).type('form').send(typed);
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect($('#member-1 .field-error').length).toBe(3);
    expect($('#errors a').length).toBe(3);
    const lambs = Object.fromEntries(
      [0, 1, 2].map((n) => [`members.${n}.choices.main_course`, 'Roast lamb']),
    );
    const gone = await browser
      .post(url)
      .type('form')
      .send({ ...typed, 'members.1.name': 'Bo', ...lambs, 'members.1.diets': '' });
    expect(gone.status).toBe(409);
    const same = await register(asVisitor(site.base), {
      event: event.slug,
      ...{ name: 'Ann', email: 'ann@example.org', answers: {} },
      members: [0, 1, 2].map(() => ({ choices: { main_course: 'Roast lamb' } })),
    });
    expect(load(gone.text)('#errors').text()).toContain(refusalText(t, refusal(same)!));
    const many = Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`members.${n}.here`, 'yes']));
    const large = await browser
      .post(url)
      .type('form')
      .send({ name: 'Ann', email: 'ann@example.org', ...many });
    expect(load(large.text)('#errors').text()).toContain('for 4 people at most');
    expect(await at.counters(event)).toMatchObject({ taken: 0, waiting: 0 });
  });

  it('shows what is left of a dish, and does not offer what is gone', async () => {
    const event = await dinner();
    const lamb = { choices: { main_course: 'Roast lamb' } };
    must(await signUp(site.base, event, 'Bob', { members: [lamb] }));
    expect(await page(`/events/${event.slug}/register`)).toContain('Roast lamb (one left)');
    must(await signUp(site.base, event, 'Cyd', { members: [lamb] }));
    expect(await page(`/events/${event.slug}/register`)).not.toContain('Roast lamb');
  });

  it('is the plain form where nobody brings anybody', async () => {
    const event = await makeEvent(site.base, { kind: 'meetup' });
    expect(load(await page(`/events/${event.slug}/register`))('.party-card, #party').length).toBe(0);
  });

  it('is not brought down by whatever is sent as a party', async () => {
    const event = await dinner();
    const odd: Record<string, unknown>[] = [
      { 'members.99999.name': 'x', 'members.-1.name': 'x', 'members.__proto__.name': 'x' },
      {
        'members.1.choices.__proto__': 'x',
        'members.1.choices.constructor': 'x',
        members: { 0: { name: 'x' } },
      },
      { 'members.1.name': ['a', 'b'], 'members.1.diets': { a: 'b' }, 'members.0.dietOther': ['x'] },
      { do: 'remove.0', 'members.0.here': 'yes' },
      { do: ['guest', 'guest'] },
    ];
    for (const body of odd) {
      const answer = await browser.post(`/events/${event.slug}/register`).type('form').send(body);
      expect([200, 303, 409, 422]).toContain(answer.status);
    }
  });
});

describe('the party of a manage link', () => {
  it('grows, shrinks and is named later; a refusal keeps what was typed', async () => {
    const event = await dinner({ capacity: '4' });
    await at.come(event, 'Bob');
    const ann = must(await signUp(site.base, event, 'Ann', { members: guests(2), near: 'Bob' }));
    const path = `/r/${by(ann).token}`;
    expect(load(await page(path))('.party-list').text()).toContain('Guest of Ann');
    const party = await page(`${path}/party`);
    const saved = await submit(browser, party, form, { 'members.1.name': 'Bo', near: '', do: 'save' });
    expect(idOf(saved.headers.location)).toBe(path);
    const members = (await membersOf(site.base.db, [ann.id])).get(ann.id)!;
    expect(members.map((one) => one.name)).toEqual(['Ann', 'Bo']);
    expect((await registrationById(site.base.db, ann.id))!.near).toBe('');
    const full = await browser
      .post(`${path}/party`)
      .type('form')
      .send(Object.fromEntries([0, 1, 2, 3].map((n) => [`members.${n}.name`, `N${n}`])));
    expect(full.status).toBe(409);
    const $ = load(full.text);
    expect($('#errors').text()).toContain('There is room for one more person');
    expect($('[name="members.3.name"]').val()).toBe('N3');
    await browser.post(`${path}/party`).type('form').send({ 'members.0.here': 'yes' }).expect(303);
    expect(await at.counters(event)).toMatchObject({ taken: 2 });
    await browser.get('/r/nonsense/party').expect(404);
  });

  it.each(['take', 'pass', 'skip'] as const)('answers an offer: %s', async (word) => {
    const event = await at.asking({ kind: 'dinner' });
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 2],
    ]);
    const [cyd] = waiting;
    const path = `/r/${manageToken(secret, cyd!)}`;
    await browser.post(`${path}/take`).expect(410);
    await at.cancel(ann);
    const offered = load(await page(path));
    expect(offered('.offer-actions').text()).toContain(
      '2 places are held for you until Sat 2 May, 13:00 (London)',
    );
    expect(offered(`form[action="${path}/skip"]`).length).toBe(1);
    await browser.post(`${path}/${word}`).expect(303).expect('Location', `${path}?said=offer_${word}`);
    expect(await at.stateOf(cyd!)).toBe({ take: 'confirmed', pass: 'cancelled', skip: 'waitlisted' }[word]);
    // Looking at it, as mail scanners do, answers nothing.
    await browser.get(`${path}/${word}`).expect(405);
    expect(await at.faults(event)).toEqual([]);
  });

  it('costs as many queries for a large party as for one person', async () => {
    const event = await dinner({ capacity: '60', partyMost: '20' });
    const [one, many] = [await at.come(event, 'One', 1), await at.come(event, 'Many', 20)];
    const queries = async (who: typeof one) =>
      countQueries(site.base.db, () => page(`/r/${manageToken(secret, who)}/party`));
    expect(await queries(many)).toBe(await queries(one));
    await cancelByToken(asVisitor(site.base), by(many).token);
  });
});
