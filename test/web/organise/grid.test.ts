import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRoom, addSlots, editRoom } from '../../../src/services/grid/commands.ts';
import { gridOf } from '../../../src/services/grid/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { attendee, type Camp, hold, makeCamp } from '../../support/camp.ts';
import { asSystem, makeEvent, must } from '../../support/factories.ts';
import { valuesOf } from '../../support/form.ts';
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

const twoDays = { event: { startsAt: '2026-05-30T09:00', endsAt: '2026-05-31T17:00' } };
const path = (camp: { slug: string }, below = '') => `/organise/events/${camp.slug}/grid${below}`;
const post = (url: string, body: object) => olga.post(url).type('form').send(body);
const grid = (camp: Pick<Camp, 'event'>) => gridOf(site.base.db, camp.event.id);
const bare = async (more: object = {}) => {
  const event = await makeEvent(site.base, { kind: 'barcamp', ...twoDays.event, ...more });
  return { event, slug: event.slug };
};
const text = (html: string, part: string) => load(html)(part).text().replace(/\s+/g, ' ').trim();

describe('a grid that has nothing yet', () => {
  it('begins with rooms: one form makes rooms and times around what is usual', async () => {
    const camp = await bare();
    const $ = load((await olga.get(path(camp)).expect(200)).text);
    expect($('.grid-start h2').text()).toBe('Start with rooms');
    expect($('.grid-start').text()).toContain('Sat 30 May, 09:00–17:00; Sun 31 May, 09:00–17:00 (London)');
    const filled = valuesOf($, '.grid-start form');
    expect(filled).toEqual({
      rooms: '',
      items: '09:00-09:30 Welcome\n12:30-13:30 Lunch\n16:30-17:00 Closing',
      minutes: '30',
      gap: '',
    });
    const made = await post($('.grid-start form').attr('action')!, { ...filled, rooms: 'Red\nBlue' });
    expect([made.status, made.headers.location]).toEqual([303, `${path(camp)}?said=grid_started`]);
    const page = (await olga.get(made.headers.location!)).text;
    expect(text(page, '.grid-bar')).toContain('48 of 48 places are free. No session waits for a place.');
    expect(load(page)('.grid-day')).toHaveLength(2);
  });

  it('that is refused keeps what was typed, and says what is wrong beside it', async () => {
    const camp = await bare();
    const refused = await post(path(camp, '/start'), {
      rooms: 'Red\nBlue',
      items: 'Lunch at noon',
      minutes: '2',
      gap: '5',
    });
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect(valuesOf($, '.grid-start form')).toMatchObject({
      rooms: 'Red\nBlue',
      items: 'Lunch at noon',
      minutes: '2',
    });
    expect($('#f-items-error').text()).toContain('“Lunch at noon” should look like this: 12:30-13:30 Lunch');
    expect($('#f-minutes-error').text()).toContain('“Minutes of each” needs a whole number');
    expect((await grid(camp)).rooms).toEqual([]);
  });

  it('is not made over one that somebody else began', async () => {
    const camp = await bare();
    must(await addRoom(asSystem(site.base), camp.slug, { name: 'Red' }));
    const refused = await post(path(camp, '/start'), { rooms: 'Blue', minutes: '30' });
    expect(refused.status).toBe(409);
    expect(text(refused.text, '#errors')).toBe('There are rooms or times already. Add to them below.');
  });
});

describe('rooms', () => {
  it('are added, changed, moved and removed', async () => {
    const camp = await makeCamp(site.base);
    const added = await post(path(camp, '/rooms'), {
      name: ' Green ',
      capacity: '12',
      features: 'Projector, Step-free',
    });
    expect(added.headers.location).toBe(path(camp, '?said=room_added#rooms'));
    const green = (await grid(camp)).rooms[2]!;
    expect(green).toMatchObject({ name: 'Green', capacity: 12, features: ['projector', 'step-free'] });
    const form = load((await olga.get(path(camp, `/rooms/${green.id}`)).expect(200)).text);
    expect(valuesOf(form, 'form.form')).toEqual({
      name: 'Green',
      capacity: '12',
      features: 'projector, step-free',
    });
    await post(path(camp, `/rooms/${green.id}`), { name: 'Lime', capacity: '' }).expect(303);
    const moved = await post(path(camp, `/rooms/${green.id}/up`), {});
    expect(moved.headers.location).toBe(path(camp, `#room-${green.id}`));
    const $ = load((await olga.get(path(camp))).text);
    expect(
      $('.room strong')
        .toArray()
        .map((one) => $(one).text()),
    ).toEqual(['Red', 'Lime', 'Blue']);
    expect($('.room').first().find('button').text()).toBe('Down');
    expect($('.room').last().find('button').text()).toBe('Up');
    await post(path(camp, `/rooms/${green.id}/down`), {}).expect(303);
    await post(path(camp, `/rooms/${green.id}/remove`), {}).expect(303);
    expect((await grid(camp)).rooms.map((room) => room.name)).toEqual(['Red', 'Blue']);
  });

  it('that are refused keep what was typed; one with sessions stays', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'One', 0);
    const taken = await post(path(camp, '/rooms'), { name: 'Red', capacity: '7', features: 'sofa' });
    expect(taken.status).toBe(422);
    const $ = load(taken.text);
    expect($('#f-name-error').text()).toContain('There is already a room “Red”.');
    expect(valuesOf($, 'form[action$="/rooms"]')).toEqual({ name: 'Red', capacity: '7', features: 'sofa' });
    const [red] = (await grid(camp)).rooms;
    const wrong = await post(path(camp, `/rooms/${red!.id}`), { name: '', capacity: 'lots' });
    expect(wrong.status).toBe(422);
    expect(valuesOf(load(wrong.text), 'form.form')).toMatchObject({ name: '', capacity: 'lots' });
    expect(text(wrong.text, '#f-capacity-error')).toContain('Give the number of people that the room holds');
    const used = await post(path(camp, `/rooms/${red!.id}/remove`), {});
    expect(used.status).toBe(409);
    expect(text(used.text, '#errors')).toBe('1 session is in this room. Move it first.');
  });

  it('that are not there are not found', async () => {
    const [camp, other] = [await makeCamp(site.base), await makeCamp(site.base)];
    const [red] = (await grid(other)).rooms;
    for (const id of [red!.id, 'x', '99999999999']) {
      expect((await olga.get(path(camp, `/rooms/${id}`))).status).toBe(404);
      for (const what of ['', '/up', '/remove'])
        expect((await post(path(camp, `/rooms/${id}${what}`), { name: 'Mine' })).status).toBe(404);
    }
  });
});

describe('times', () => {
  const typed = {
    common: '',
    startsAt: '2026-05-30T14:00',
    endsAt: '2026-05-30T15:30',
    minutes: '30',
    gap: '',
  };
  it('are added one by one or many, for everybody or not, changed and removed', async () => {
    const camp = await makeCamp(site.base);
    const form = load((await olga.get(path(camp, '/slots/new')).expect(200)).text);
    expect(valuesOf(form, 'form.form')).toEqual({
      common: '',
      startsAt: '2026-05-30T12:00',
      endsAt: '2026-05-30T18:00',
      minutes: '30',
      gap: '',
    });
    const many = await post(path(camp, '/slots/new'), typed);
    expect(many.headers.location).toBe(path(camp, '?said=slots_added#times'));
    const common = load((await olga.get(path(camp, '/slots/new?common'))).text);
    expect(Object.keys(valuesOf(common, 'form.form'))).toEqual(['common', 'title', 'startsAt', 'endsAt']);
    await post(path(camp, '/slots/new'), {
      common: 'yes',
      title: 'Lunch',
      startsAt: '2026-05-30T12:00',
      endsAt: '2026-05-30T13:00',
    }).expect(303);
    const lunch = (await grid(camp)).slots.find((slot) => slot.title === 'Lunch')!;
    const edit = load((await olga.get(path(camp, `/slots/${lunch.id}`)).expect(200)).text);
    expect(valuesOf(edit, 'form.form')).toMatchObject({ title: 'Lunch', startsAt: '2026-05-30T12:00' });
    await post(path(camp, `/slots/${lunch.id}`), {
      title: 'Long lunch',
      startsAt: '2026-05-30T12:00',
      endsAt: '2026-05-30T13:30',
    }).expect(303);
    const page = (await olga.get(path(camp))).text;
    expect(text(page, '.plan tr:contains("Long lunch")')).toContain('12:00–13:30');
    await post(path(camp, `/slots/${lunch.id}/remove`), {}).expect(303);
    expect((await grid(camp)).slots.map((slot) => slot.title)).toEqual(Array(7).fill(null));
  });

  it('that are refused keep what was typed', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'One', 0);
    const over = await post(path(camp, '/slots/new'), { ...typed, startsAt: '2026-05-30T11:00' });
    expect(over.status).toBe(409);
    expect(text(over.text, '#errors')).toContain('That overlaps with what is on the grid already.');
    expect(valuesOf(load(over.text), 'form.form')).toMatchObject({ ...typed, startsAt: '2026-05-30T11:00' });
    const wrong = await post(path(camp, '/slots/new'), { ...typed, startsAt: 'noon', minutes: '1' });
    expect(wrong.status).toBe(422);
    expect(text(wrong.text, '#f-minutes-error')).toContain('“Minutes of each” needs a whole number');
    const [first] = (await grid(camp)).slots;
    const times = { startsAt: '2026-05-30T10:00', endsAt: '2026-05-30T10:30' };
    const common = await post(path(camp, `/slots/${first!.id}`), { title: 'Lunch', ...times });
    expect(common.status).toBe(409);
    expect(text(common.text, '#errors')).toBe('1 session is at this time. Move it first.');
    expect(valuesOf(load(common.text), 'form.form')).toMatchObject({ title: 'Lunch', ...times });
    const used = await post(path(camp, `/slots/${first!.id}/remove`), {});
    expect([used.status, text(used.text, '#errors')]).toEqual([
      409,
      '1 session is at this time. Move it first.',
    ]);
    expect((await post(path(camp, '/slots/999999'), times)).status).toBe(404);
    expect((await olga.get(path(camp, '/slots/999999'))).status).toBe(404);
  });

  it('at hours that the clocks repeat or skip are asked about', async () => {
    const camp = await bare({ startsAt: '2026-10-24T20:00', endsAt: '2026-10-25T06:00' });
    const night = { ...typed, startsAt: '2026-10-25T01:15', endsAt: '2026-10-25T03:15', minutes: '60' };
    const twice = await post(path(camp, '/slots/new'), night);
    expect(twice.status).toBe(422);
    const $ = load(twice.text);
    expect(
      $('[name=startsFold]')
        .toArray()
        .map((one) => $(one).val()),
    ).toEqual(['earlier', 'later']);
    await post(path(camp, '/slots/new'), { ...night, startsFold: 'earlier' }).expect(303);
    const { slots } = await grid(camp);
    expect(slots.map((slot) => slot.startsAt.toISOString().slice(11, 16))).toEqual([
      '00:15',
      '01:15',
      '02:15',
    ]);
    // As it is on file: the second of the two, though both have the same wall time.
    const edit = load((await olga.get(path(camp, `/slots/${slots[1]!.id}`))).text);
    expect(valuesOf(edit, 'form.form')).toMatchObject({ startsAt: '2026-10-25T01:15', startsFold: 'later' });
    const spring = await bare({ startsAt: '2027-03-27T20:00', endsAt: '2027-03-28T06:00' });
    const skipped = { ...typed, startsAt: '2027-03-28T01:30', endsAt: '2027-03-28T03:00', minutes: '' };
    const asked = load((await post(path(spring, '/slots/new'), skipped).expect(422)).text);
    const instead = asked('[name=startsInstead]')
      .toArray()
      .map((one) => asked(one).val());
    expect(instead).toEqual(['2027-03-28T00:30', '2027-03-28T02:30']);
    await post(path(spring, '/slots/new'), { ...skipped, startsInstead: instead[1] }).expect(303);
    expect((await grid(spring)).slots[0]!.startsAt.toISOString()).toBe('2027-03-28T01:30:00.000Z');
  });

  it('of a day are copied to another; what is refused keeps the choice', async () => {
    const camp = await makeCamp(site.base, twoDays);
    const $ = load((await olga.get(path(camp))).text);
    const copy = valuesOf($, '.grid-day form');
    expect(
      $('.grid-day form option')
        .toArray()
        .map((one) => $(one).text()),
    ).toEqual(['Sunday 31 May 2026']);
    const sent = { ...copy, to: '2026-05-31' };
    const copied = await post(path(camp, '/copy'), sent);
    expect(copied.headers.location).toBe(path(camp, '?said=day_copied#times'));
    expect((await grid(camp)).slots).toHaveLength(8);
    const again = await post(path(camp, '/copy'), sent);
    expect(again.status).toBe(409);
    const shown = load(again.text);
    expect(shown('#day-2026-05-30 details').attr('open')).toBeDefined();
    expect(shown('#day-2026-05-30 option[selected]').val()).toBe('2026-05-31');
    expect((await post(path(camp, '/copy'), { from: 'x', to: 'y' })).status).toBe(422);
  });

  it('outside of the event are pointed out', async () => {
    const camp = await makeCamp(site.base);
    expect((await olga.get(path(camp))).text).not.toContain('outside of the event');
    must(
      await addSlots(asSystem(site.base), camp.slug, {
        title: 'Party',
        startsAt: '2026-05-30T20:00',
        endsAt: '2026-05-30T23:00',
      }),
    );
    const page = (await olga.get(path(camp))).text;
    expect(text(page, '.notice-warning')).toBe(
      '1 time lies outside of the event, which is Sat 30 May, 09:00–18:00 (London). Is that meant?',
    );
    expect(text(page, '.plan tr:contains("Party")')).toContain('outside of the event');
  });
});

describe('the grid', () => {
  it('is locked and opened, and says what each means', async () => {
    const camp = await makeCamp(site.base);
    const open = load((await olga.get(path(camp))).text);
    expect(open('aside h2').first().text()).toBe('The grid is open');
    await post(path(camp, '/open'), { open: open('button[name=open]').val() }).expect(303);
    const locked = load((await olga.get(path(camp, '?said=grid_locked'))).text);
    expect(locked('aside h2').first().text()).toBe('The grid is locked');
    expect(locked('.notice-ok').text()).toContain('only organisers can change it now');
    await post(path(camp, '/open'), { open: locked('button[name=open]').val() }).expect(303);
    expect(
      load((await olga.get(path(camp))).text)('aside h2')
        .first()
        .text(),
    ).toBe('The grid is open');
  });

  it('is a small picture of what is free and what is taken', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'One', 0);
    await hold(ann, camp, 'Waiting');
    const page = (await olga.get(path(camp))).text;
    expect(text(page, '.grid-bar')).toContain('7 of 8 places are free. 1 session has no place yet.');
    expect(text(page, '.plan tbody tr:first-child')).toBe('10:00–10:30 1 Onefree1 free');
    expect(load(page)(`a[href="/events/${camp.slug}/schedule"]`)).not.toHaveLength(0);
  });

  it('has a tab for the organisers of a BarCamp, and none for others', async () => {
    const tabs = async (slug: string) => text((await olga.get(`/organise/events/${slug}`)).text, '.tabs');
    expect(await tabs((await makeCamp(site.base)).slug)).toBe(
      'OverviewAttendeesCheck-inGridPitchesAnnounceEditTeam',
    );
    expect(await tabs((await makeEvent(site.base)).slug)).toBe(
      'OverviewAttendeesCheck-inTablesAnnounceEditTeam',
    );
  });

  it('is shown by the same few queries for one session and for thirty', async () => {
    const camp = await makeCamp(site.base, { from: '09:00', to: '17:00', minutes: '15' });
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'Session 0', 0);
    const look = () => countQueries(site.base.db, () => olga.get(path(camp)).expect(200));
    const one = await look();
    for (let n = 1; n < 30; n++) await hold(ann, camp, `Session ${n}`, n);
    expect(await look()).toBe(one);
    expect(one).toBeLessThan(10);
  });

  it('shows a name as it was typed, whatever that is', async () => {
    const camp = await makeCamp(site.base);
    const [red] = (await grid(camp)).rooms;
    must(await editRoom(asSystem(site.base), camp.slug, red!.id, { name: '"><script>alert(1)</script>' }));
    const page = (await olga.get(path(camp))).text;
    expect(page).not.toContain('<script>alert');
    expect(load(page)('.room strong').first().text()).toBe('"><script>alert(1)</script>');
  });
});
