import ICAL from 'ical.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateEvent } from '../../src/services/events/commands.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { asSystem, makeEvent, must, signUp } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const names = (text: string) =>
  new ICAL.Component(ICAL.parse(text))
    .getAllSubcomponents('vevent')
    .map((one) => String(one.getFirstPropertyValue('summary')));

it('gives the public events, one event and a series; drafts and attendees are not in them', async () => {
  const dinner = await makeEvent(site.base, { name: 'Dinner', series: 'Web week' });
  const camp = await makeEvent(site.base, { name: 'Camp', series: 'Web week' });
  const meetup = await makeEvent(site.base, { name: 'Meetup' });
  await makeEvent(site.base, { name: 'Secret', series: 'Web week', draft: true });
  must(await signUp(site.base, dinner, 'Annabel', { listed: true }));
  must(await cancelEvent(asSystem(site.base), camp.slug, ''));
  const get = (path: string) =>
    site
      .browser()
      .get(path)
      .expect(200)
      .expect('Content-Type', /^text\/calendar/);
  const [all, one, series] = await Promise.all([
    get('/events.ics'),
    get(`/events/${dinner.slug}.ics`),
    get('/series/web-week.ics'),
  ]);
  expect(names(all.text).sort()).toEqual(['Camp', 'Dinner', 'Meetup']);
  expect(names(one.text)).toEqual(['Dinner']);
  expect(names(series.text)).toEqual(['Dinner', 'Camp']);
  expect(all.text).not.toContain('Annabel');
  expect(meetup.slug).toBe('meetup');
});

it('has nothing under other names', async () => {
  const draft = await makeEvent(site.base, { draft: true });
  for (const path of [`/events/${draft.slug}.ics`, '/events/nothing.ics', '/series/nothing.ics'])
    await site.browser().get(path).expect(404);
});

it('answers 304 until what is said of an event changes; a registration changes nothing', async () => {
  const event = await makeEvent(site.base, { name: 'Unchanged' });
  const path = `/events/${event.slug}.ics`;
  const first = await site.browser().get(path);
  const again = () => site.browser().get(path).set('If-None-Match', first.headers.etag!);
  must(await signUp(site.base, event, 'Ann'));
  expect((await again()).status).toBe(304);
  must(
    await updateEvent(asSystem(site.base), event.slug, event.version, {
      name: 'Changed',
      kind: 'dinner',
      zone: 'Europe/London',
      startsAt: '2026-05-30T19:00',
      endsAt: '2026-05-30T22:00',
    }),
  );
  const changed = await again();
  expect(changed.status).toBe(200);
  expect(names(changed.text)).toEqual(['Changed']);
});
