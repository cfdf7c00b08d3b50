import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duplicateEvent } from '../../../src/services/events/copying.ts';
import { imageFor, keepImage } from '../../../src/services/events/images.ts';
import { type Event, eventBySlug } from '../../../src/services/events/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { setCapacity } from '../../../src/services/registrations/commands.ts';
import { asSystem, makeEvent, must, signUp } from '../../support/factories.ts';
import { submit, valuesOf } from '../../support/form.ts';
import { pngOf } from '../../support/pictures.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let olga: Agent;
beforeAll(async () => {
  site = await openSite();
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
  olga = await site.signedIn('olga@example.org');
});
afterAll(() => site.close());

/** With so many bytes that are none of the picture. */
const png = (more = 0) => Buffer.concat([pngOf(6, 4), Buffer.alloc(more)]);
const newUrl = '/organise/events/new';
const editUrl = (event: { slug: string }) => `/organise/events/${event.slug}/edit`;
const form = '#event-form';
const errors = (html: string) =>
  load(html)('#errors a')
    .map((_, link) => load(link)('a').attr('href'))
    .get();
const stored = async (slug: string) => (await eventBySlug(site.base.db, slug))!;

const given = {
  name: 'Geek dinner in May',
  kind: 'dinner',
  zone: 'Europe/London',
  startsAt: '2026-05-30T19:00',
  endsAt: '2026-05-30T22:00',
};

describe('making an event', () => {
  it('needs a name and times, and makes a draft', async () => {
    const page = await olga.get(newUrl);
    const made = await submit(olga, page.text, form, { ...given, capacity: '20', series: 'Web week' });
    expect(made.headers.location).toBe('/organise/events/geek-dinner-in-may?said=event_made');
    expect(await stored('geek-dinner-in-may')).toMatchObject({
      state: 'draft',
      capacity: 20,
      waitingList: true,
      series: { slug: 'web-week' },
      startsAt: new Date('2026-05-30T18:00:00Z'),
    });
    const again = await olga.get(newUrl);
    expect(load(again.text)('input[name=zone]').val()).toBe('Europe/London');
    expect(load(again.text)('#series-known option').attr('value')).toBe('Web week');
  });

  it('is done once by a form that is sent several times, with its picture kept; another event is another one', async () => {
    const page = await olga.get(newUrl);
    const typed = { ...valuesOf(load(page.text), form), ...given, name: 'Made once' };
    const send = (fields: object, picture?: Buffer) => {
      const asked = olga.post(newUrl);
      for (const [name, value] of Object.entries(fields)) asked.field(name, String(value));
      return picture ? asked.attach('image', picture, 'a.png') : asked;
    };
    const sent = await Promise.all([send(typed, png()), send(typed), send(typed), send(typed)]);
    sent.push(await send(typed));
    expect(sent.map(({ headers }) => headers.location)).toEqual(
      Array(5).fill('/organise/events/made-once?said=event_made'),
    );
    const names = (
      await site.base.db.$client.query(`select name, image_id from events where name like 'Made %'`)
    ).rows;
    expect(names).toEqual([{ name: 'Made once', image_id: expect.any(Number) }]);
    // Whoever goes back and types another name has the same nonce.
    expect((await send({ ...typed, name: 'Made too' })).headers.location).toContain('/events/made-too?');
  });

  it('names everything that is wrong, with a link to each, and loses nothing', async () => {
    const page = await olga.get(newUrl);
    const typed = {
      ...given,
      name: '',
      description: '# About\n\nit',
      endsAt: '2026-05-30T18:00',
      venueUrl: 'ftp://x',
      capacity: 'lots',
    };
    const refused = await submit(olga, page.text, form, typed);
    expect(refused.status).toBe(422);
    expect(errors(refused.text).sort()).toEqual(['#f-capacity', '#f-endsAt', '#f-name', '#f-venueUrl']);
    expect(valuesOf(load(refused.text), form)).toMatchObject(typed);
  });

  it('offers both hours when the clocks go back, and takes the one that is chosen', async () => {
    const times = { startsAt: '2026-10-25T01:30', endsAt: '2026-10-25T05:00', name: 'Night of the clocks' };
    const page = await olga.get(newUrl);
    const refused = await submit(olga, page.text, form, { ...given, ...times });
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect(
      $('input[name=startsFold]')
        .map((_, one) => $(one).parent().text().trim())
        .get(),
    ).toEqual(['The first 01:30 (UTC+01:00)', 'The second 01:30 (UTC+00:00)']);
    await submit(olga, refused.text, form, { startsFold: 'later' });
    const event = await stored('night-of-the-clocks');
    expect(event.startsAt).toEqual(new Date('2026-10-25T01:30:00Z'));
    // Saving it again leaves it at that.
    const edit = await olga.get(editUrl(event));
    await submit(olga, edit.text, form, { summary: 'Late.' });
    expect(await stored(event.slug)).toMatchObject({ startsAt: event.startsAt, summary: 'Late.' });
  });

  it('offers the hour before and the one after when the clocks go forward', async () => {
    const times = { startsAt: '2027-03-28T01:30', endsAt: '2027-03-28T05:00', name: 'Short night' };
    const page = await olga.get(newUrl);
    const refused = await submit(olga, page.text, form, { ...given, ...times });
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect(
      $('input[name=startsInstead]')
        .map((_, one) => $(one).val())
        .get(),
    ).toEqual(['2027-03-28T00:30', '2027-03-28T02:30']);
    await submit(olga, refused.text, form, { startsInstead: '2027-03-28T02:30' });
    expect((await stored('short-night')).startsAt).toEqual(new Date('2027-03-28T01:30:00Z'));
  });
});

describe('the question editor, without JavaScript', () => {
  const press = (html: string, value: string, typed = {}) =>
    submit(olga, html, form, typed, { button: { do: value } });
  const labels = (html: string) =>
    load(html)('.question input[name$=".label"]')
      .map((_, one) => load(one)('input').val())
      .get();

  it('adds, moves and removes rows, and keeps all that was typed', async () => {
    let page = await press((await olga.get(newUrl)).text, 'add', { ...given, name: 'With questions' });
    page = await press(page.text, 'add', { 'questions.0.label': 'Diet', 'questions.0.kind': 'choice' });
    expect(page.status).toBe(200);
    page = await press(page.text, 'add', { 'questions.1.label': 'Shirt', 'questions.1.required': 'yes' });
    page = await press(page.text, 'up.1', { 'questions.2.label': 'More' });
    expect(labels(page.text)).toEqual(['Shirt', 'Diet', 'More']);
    page = await press(page.text, 'down.0');
    page = await press(page.text, 'remove.2');
    expect(labels(page.text)).toEqual(['Diet', 'Shirt']);
    expect(load(page.text)('input[name=name]').val()).toBe('With questions');
    const refused = await submit(olga, page.text, form);
    expect(errors(refused.text)).toEqual(['#f-questions-0-options']);
    await submit(olga, refused.text, form, {
      'questions.0.options': 'vegan\r\nfish\r\n',
      'questions.0.public': 'yes',
    });
    expect((await stored('with-questions')).questions).toEqual([
      { name: 'diet', kind: 'choice', label: 'Diet', options: ['vegan', 'fish'], audience: 'public' },
      { name: 'shirt', kind: 'text', label: 'Shirt', required: true, audience: 'organisers' },
    ]);
  });

  it('keeps the name of a question whose text changes, so that its answers stay', async () => {
    const event = await makeEvent(site.base, { questions: [{ label: 'Diet', kind: 'text' }] });
    const page = await olga.get(editUrl(event));
    await submit(olga, page.text, form, { 'questions.0.label': 'What do you eat?' });
    expect((await stored(event.slug)).questions[0]).toMatchObject({
      name: 'diet',
      label: 'What do you eat?',
    });
  });

  it('leaves empty rows out', async () => {
    const event = await makeEvent(site.base);
    const page = await press((await olga.get(editUrl(event))).text, 'add');
    await submit(olga, page.text, form).then((saved) => expect(saved.status).toBe(303));
    expect((await stored(event.slug)).questions).toEqual([]);
  });

  it('warns before questions go that were answered, and says how many', async () => {
    const event = await makeEvent(site.base, { questions: [{ label: 'Diet', kind: 'text' }] });
    for (const name of ['Ann', 'Bob'])
      must(await signUp(site.base, event, name, { answers: { diet: 'fish' } }));
    must(await signUp(site.base, event, 'Cyd'));
    const removed = await press((await olga.get(editUrl(event))).text, 'remove.0');
    const warned = await submit(olga, removed.text, form);
    expect(warned.status).toBe(409);
    expect(warned.text).toContain('2 registrations have answers to what you are about to remove (Diet)');
    expect((await stored(event.slug)).questions).toHaveLength(1);
    const saved = await submit(olga, warned.text, form, { dropAnswers: 'yes' });
    expect(saved.status).toBe(303);
    expect((await stored(event.slug)).questions).toEqual([]);
  });
});

describe('changing an event', () => {
  it('saves the event and its places in one go; those who wait get what is new', async () => {
    const event = await makeEvent(site.base, { capacity: '1' });
    for (const name of ['Ann', 'Bob']) must(await signUp(site.base, event, name));
    const page = await olga.get(editUrl(event));
    const saved = await submit(olga, page.text, form, { capacity: '2', summary: 'Larger now.' });
    expect(saved.headers.location).toBe(`/organise/events/${event.slug}?said=event_saved`);
    expect(await stored(event.slug)).toMatchObject({
      capacity: 2,
      taken: 2,
      waiting: 0,
      summary: 'Larger now.',
    });
  });

  it('leaves places alone that were not changed here', async () => {
    const event = await makeEvent(site.base, { capacity: '1' });
    const page = await olga.get(editUrl(event));
    must(await setCapacity(asSystem(site.base), event.slug, 30, false));
    await submit(olga, page.text, form, { summary: 'Something else.' });
    expect(await stored(event.slug)).toMatchObject({
      capacity: 30,
      waitingList: false,
      summary: 'Something else.',
    });
  });

  it('does not let two editors overwrite each other, and shows what is different', async () => {
    const event = await makeEvent(site.base, { venueName: 'Here', capacity: '5' });
    const [mine, theirs] = [await olga.get(editUrl(event)), await olga.get(editUrl(event))];
    await submit(olga, theirs.text, form, { venueName: 'There', summary: 'Same', capacity: '7' });
    const refused = await submit(olga, mine.text, form, { venueName: 'Elsewhere', summary: 'Same' });
    expect(refused.status).toBe(409);
    const $ = load(refused.text);
    expect(
      $('.differences tbody tr')
        .map((_, row) => $(row).text().replace(/\s+/g, ' ').trim())
        .get(),
    ).toEqual(['VenueThereElsewhere']);
    expect(await stored(event.slug)).toMatchObject({ venueName: 'There' });
    expect((await submit(olga, refused.text, form)).status).toBe(303);
    expect(await stored(event.slug)).toMatchObject({ venueName: 'Elsewhere', capacity: 7 });
  });

  it('keeps the address of what is public', async () => {
    const event = await makeEvent(site.base);
    const page = await olga.get(editUrl(event));
    expect(load(page.text)('input[name=slug]')).toHaveLength(0);
    await submit(olga, page.text, form, { slug: 'other' });
    expect(await stored(event.slug)).toMatchObject({ id: event.id });
  });

  it('is not saved without the version that was seen', async () => {
    const event = await makeEvent(site.base);
    const page = await olga.get(editUrl(event));
    for (const version of ['', '99', '-1', 'x']) {
      const refused = await submit(olga, page.text, form, { version, summary: 'No' });
      expect([version, refused.status]).toEqual([version, 409]);
    }
  });
});

describe('the picture', () => {
  const edit = async (event: Event, typed: Record<string, string>, file?: Buffer) =>
    submit(olga, (await olga.get(editUrl(event))).text, form, typed, { file });

  it('is set, replaced and taken away', async () => {
    const event = await makeEvent(site.base);
    await edit(event, {}, png()).then((saved) => expect(saved.status).toBe(303));
    const { imageId } = await stored(event.slug);
    expect(await imageFor(site.base.db, asSystem(site.base).actor, imageId!)).toMatchObject({
      type: 'image/png',
      bytes: png(),
    });
    await edit(event, { summary: 'Stays.' });
    expect((await stored(event.slug)).imageId).toBe(imageId);
    await edit(event, { removeImage: 'yes' });
    expect((await stored(event.slug)).imageId).toBeNull();
  });

  it('survives a form that is refused for something else', async () => {
    const event = await makeEvent(site.base);
    const refused = await edit(event, { name: '' }, png());
    expect(refused.status).toBe(422);
    const saved = await submit(olga, refused.text, form, { name: 'Named' });
    expect(saved.status).toBe(303);
    expect((await stored(event.slug)).imageId).not.toBeNull();
  });

  it('is refused when it is too large or none of the kinds, beside everything else that is wrong', async () => {
    const event = await makeEvent(site.base);
    const large = await edit(event, { name: '', summary: 'Typed' }, png(3_000_001));
    expect(large.status).toBe(422);
    expect(errors(large.text).sort()).toEqual(['#f-image', '#f-name']);
    expect(load(large.text)('input[name=summary]').val()).toBe('Typed');
    for (const bytes of ['GIF89a', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<script>', ''])
      expect(errors((await edit(event, {}, Buffer.from(bytes || ' '))).text)).toEqual(['#f-image']);
    expect(await stored(event.slug)).toMatchObject({ imageId: null, version: event.version });
  });

  it.each([
    ['multipart/form-data', 'no boundary'],
    ['multipart/form-data; boundary=x', '--x\r\nnonsense'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\ncut'],
  ])('in a form that cannot be read is the sender’s error: %s %s', async (type, body) => {
    const refused = await olga.post(newUrl).type(type).send(body);
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/<h1[ >]/);
  });

  it('goes after a day when no event shows it', async () => {
    const ctx = asSystem(site.base);
    const event = await makeEvent(site.base);
    await edit(event, {}, png());
    const unused = must(await keepImage(ctx, png()));
    const later = { ...ctx, now: () => new Date('2026-05-03T12:00:00Z') };
    must(await keepImage(later, png()));
    expect(await imageFor(site.base.db, ctx.actor, unused.id)).toBeUndefined();
    expect(await imageFor(site.base.db, ctx.actor, (await stored(event.slug)).imageId!)).toBeDefined();
  });

  it('cannot be one that is not there', async () => {
    const event = await makeEvent(site.base);
    const refused = await edit(event, { imageId: '999999' });
    expect(errors(refused.text)).toEqual(['#f-image']);
    expect((await submit(olga, refused.text, form, { removeImage: 'yes' })).status).toBe(303);
  });
});

describe('what happens to an event', () => {
  const desk = (event: { slug: string }, path = '') => `/organise/events/${event.slug}${path}`;

  it('is previewed as the public will see it, and published', async () => {
    const draft = await makeEvent(site.base, { draft: true, description: '**Bold**' });
    const preview = await olga.get(desk(draft, '/preview'));
    expect(preview.text).toContain('<strong>Bold</strong>');
    expect((await site.browser().get(`/events/${draft.slug}`)).status).toBe(404);
    const page = await olga.get(desk(draft));
    expect(page.text).toContain('a summary for the cards');
    await olga.post(desk(draft, '/publish')).expect(303);
    expect((await site.browser().get(`/events/${draft.slug}`)).status).toBe(200);
  });

  it('is not published in the past', async () => {
    const old = { draft: true, startsAt: '2025-05-30T19:00', endsAt: '2025-05-30T22:00' } as const;
    const refused = await olga.post(desk(await makeEvent(site.base, old), '/publish'));
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('lies in the past');
  });

  it('is cancelled with a message to a number that is said before, and taken back', async () => {
    const event = await makeEvent(site.base, { capacity: '1' });
    for (const name of ['Ann', 'Bob']) must(await signUp(site.base, event, name));
    expect((await olga.get(desk(event, '/cancel'))).text).toContain(
      '2 people with a place or on the waiting list',
    );
    const cancel = (message: string) => olga.post(desk(event, '/cancel')).type('form').send({ message });
    const refused = await cancel('x'.repeat(4001));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('xxxx');
    await cancel('Sorry!').expect(303);
    expect(await stored(event.slug)).toMatchObject({ state: 'cancelled', cancelMessage: 'Sorry!' });
    expect((await olga.get(desk(event))).text).toContain('Sorry!');
    await olga.post(desk(event, '/restore')).expect(303);
    expect(await stored(event.slug)).toMatchObject({ state: 'published', taken: 1, waiting: 1 });
  });

  it('is not cancelled while nobody knows of it', async () => {
    const draft = await makeEvent(site.base, { draft: true });
    expect((await olga.post(desk(draft, '/cancel')).type('form').send({})).status).toBe(409);
    expect(await stored(draft.slug)).toMatchObject({ state: 'draft' });
  });

  it('is copied as a draft, some weeks later', async () => {
    const event = await makeEvent(site.base);
    const copied = await olga.post(desk(event, '/copy')).type('form').send({ days: '7' });
    const slug = /events\/([^/]+)\/edit/.exec(copied.headers.location!)![1]!;
    expect(await stored(slug)).toMatchObject({ state: 'draft', taken: 0 });
    expect((await stored(slug)).startsAt.getTime() - event.startsAt.getTime()).toBe(7 * 24 * 3600 * 1000);
    expect(must(await duplicateEvent(asSystem(site.base), event.slug)).slug).not.toBe(slug);
  });

  it('is copied once by a form that is sent several times, and again by another one', async () => {
    const event = await makeEvent(site.base, { name: 'Copied' });
    const copy = async () => {
      const page = await olga.get(desk(event, ''));
      const typed = valuesOf(load(page.text), `form[action="${desk(event, '/copy')}"]`);
      const send = () => olga.post(desk(event, '/copy')).type('form').send(typed);
      return new Set((await Promise.all([send(), send(), send()])).map(({ headers }) => headers.location));
    };
    const made = [await copy(), await copy()];
    expect(made.map(({ size }) => size)).toEqual([1, 1]);
    expect([...made[0]!]).not.toEqual([...made[1]!]);
    const { rows } = await site.base.db.$client.query(`select 1 from events where name = 'Copied'`);
    expect(rows).toHaveLength(3);
  });
});

describe('the dashboard', () => {
  it('says what there is to do first when there is nothing', async () => {
    const empty = await openSite();
    must(
      await grantRole(asSystem(empty.base), { email: 'olga@example.org', role: 'organiser', eventId: null }),
    );
    const page = await (await empty.signedIn('olga@example.org')).get('/organise');
    expect(load(page.text)('.empty a').attr('href')).toBe(newUrl);
    await empty.close();
  });

  it('has drafts, what comes with its places, and what is over', async () => {
    const event = await makeEvent(site.base, { name: 'Full house', capacity: '1' });
    for (const name of ['Ann', 'Bob']) must(await signUp(site.base, event, name));
    must(await setCapacity(asSystem(site.base), event.slug, 0, true));
    await makeEvent(site.base, { name: 'Long ago', draft: true });
    await site.base.db.$client.query(
      "update events set state = 'published', ends_at = '2025-01-01', starts_at = '2024-12-31' where name = 'Long ago'",
    );
    const $ = load((await olga.get('/organise')).text);
    const card = $('.desk-card').filter((_, one) => $(one).text().includes('Full house'));
    expect(card.find('.fill').text().replace(/\s+/g, ' ')).toContain(
      '1 coming, of 0 places 1 waiting 1 more',
    );
    expect($('.desk-past').text()).toContain('Long ago');
  });
});

describe('the dinner', () => {
  const menu = 'Main course:\nRoast lamb | 12\nRisotto';
  const dinner = {
    ...given,
    capacity: '20',
    partyMost: '5',
    line: 'offer',
    offerHours: '12',
    reconfirmHours: '6, 48',
    menu,
    sheetAt: '2026-05-23T12:00',
  };

  it('has parties, a line, a menu, and times to ask and to tell the restaurant', async () => {
    const page = await olga.get(newUrl);
    const name = 'Dinner with a menu';
    await submit(olga, page.text, form, { ...dinner, name });
    expect(await stored('dinner-with-a-menu')).toMatchObject({
      partyMost: 5,
      line: 'offer',
      offerHours: 12,
      reconfirmHours: [48, 6],
      sheetAt: new Date('2026-05-23T11:00:00Z'),
      menu: [
        {
          name: 'main_course',
          label: 'Main course',
          dishes: [{ label: 'Roast lamb', limit: 12 }, { label: 'Risotto' }],
        },
      ],
    });
    const again = valuesOf(load((await olga.get('/organise/events/dinner-with-a-menu/edit')).text), form);
    expect(again).toMatchObject({ reconfirmHours: '48, 6', sheetAt: '2026-05-23T12:00', line: 'offer' });
  });

  it('is refused with every problem named, and nothing typed is lost', async () => {
    const page = await olga.get(newUrl);
    const wrong = {
      ...dinner,
      partyMost: '99',
      offerHours: 'x',
      reconfirmHours: '48, 400',
      menu: 'Soup',
      sheetAt: '2026-06-01T12:00',
    };
    const refused = await submit(olga, page.text, form, wrong);
    expect(refused.status).toBe(422);
    expect(errors(refused.text)).toEqual(
      ['partyMost', 'offerHours', 'reconfirmHours', 'menu', 'sheetAt'].map((one) => `#f-${one}`),
    );
    const kept = valuesOf(load(refused.text), form);
    expect(kept).toMatchObject({ partyMost: '99', reconfirmHours: '48, 400', menu: 'Soup' });
  });

  it('takes no dish away that somebody has chosen, unless it is told to', async () => {
    const event = await makeEvent(site.base, { ...dinner, name: 'Chosen' });
    const members = [{ choices: { main_course: 'Roast lamb' } }, { choices: { main_course: 'Risotto' } }];
    const { id } = must(await signUp(site.base, event, 'Ann', { members }));
    const page = await olga.get(editUrl(event));
    const warned = await submit(olga, page.text, form, { menu: 'Main course:\nRisotto\nFish' });
    expect(warned.status).toBe(409);
    expect(load(warned.text)('#errors').text()).toContain('Roast lamb: one person has chosen that');
    expect((await stored(event.slug)).menu).toEqual(event.menu);
    const saved = await submit(olga, warned.text, form, { dropChoices: 'yes' });
    expect(saved.status).toBe(303);
    const { rows } = await site.base.db.$client.query(
      'select choices from members where registration_id = $1 order by position',
      [id],
    );
    expect(rows).toEqual([{ choices: {} }, { choices: { main_course: 'Risotto' } }]);
  });
});
