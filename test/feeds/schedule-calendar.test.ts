import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import {
  type CampEvent,
  type CampSession,
  type CommonItem,
  scheduleCalendar,
} from '../../src/feeds/schedule-calendar.ts';
import { instantOf } from '../../src/shared/time.ts';

const event: CampEvent = {
  id: 3,
  slug: 'barcamp',
  name: 'BarCamp',
  zone: 'Europe/London',
  venueName: 'The Hall',
  venueAddress: '1 High Street',
  state: 'published',
  version: 2,
  updatedAt: new Date('2026-05-01T12:00:00Z'),
};
const place = {
  room: 'Red',
  startsAt: new Date('2026-05-30T09:00:00Z'),
  endsAt: new Date('2026-05-30T09:30:00Z'),
};
const session: CampSession = {
  id: 12,
  number: 4,
  title: 'Feeds',
  abstract: 'What *they* are',
  tags: ['rss', 'web, old'],
  hosts: [{ name: 'Ann' }, { name: 'Bob' }],
  version: 5,
  updatedAt: new Date('2026-05-02T12:00:00Z'),
  place,
  gone: false,
  event,
};
const lunch: CommonItem = {
  id: 8,
  title: 'Lunch',
  startsAt: new Date('2026-05-30T11:00:00Z'),
  endsAt: new Date('2026-05-30T12:00:00Z'),
  createdAt: new Date('2026-04-01T12:00:00Z'),
};

function read(text: string): ICAL.Event[] {
  const whole = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of whole.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  return whole.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}

const asked = { name: 'BarCamp', baseUrl: 'https://events.example.org' };
const made = (more: Partial<CampSession>) =>
  read(scheduleCalendar({ ...asked, sessions: [{ ...session, ...more }] }))[0]!;
const at = (time: ICAL.Time) => time.toJSDate().toISOString();
const property = (one: ICAL.Event, name: string) => one.component.getFirstPropertyValue(name);

describe('a calendar of sessions', () => {
  it('says what, where, when, who, and where to read more', () => {
    const one = made({});
    expect(one.uid).toBe('session-12@events.example.org');
    expect([one.summary, one.location]).toEqual(['Feeds', 'Red, The Hall, 1 High Street']);
    expect([one.startDate.zone.tzid, one.startDate.hour, at(one.startDate), at(one.endDate)]).toEqual([
      'Europe/London',
      10,
      '2026-05-30T09:00:00.000Z',
      '2026-05-30T09:30:00.000Z',
    ]);
    const url = 'https://events.example.org/events/barcamp/sessions/4';
    expect(one.description).toBe(`Ann, Bob\n\nWhat they are\n\n${url}`);
    expect([property(one, 'url'), property(one, 'status')]).toEqual([url, 'CONFIRMED']);
    expect(one.component.getFirstProperty('categories')!.getValues()).toEqual(['rss', 'web, old']);
    expect(String(property(one, 'dtstamp'))).toBe('2026-05-02T12:00:00Z');
    expect(property(one, 'organizer')).toBeNull();
    expect(property(one, 'attendee')).toBeNull();
  });

  it('keeps the UID and raises SEQUENCE when a session moves, is off, and when its event is', () => {
    const steps = [
      made({}),
      made({ version: 6, place: { ...place, room: 'Blue' } }),
      made({ version: 7, gone: true }),
      made({ version: 7, gone: true, event: { ...event, version: 3, state: 'cancelled' } }),
      made({ version: 8, event: { ...event, version: 4 } }),
    ];
    expect(new Set(steps.map((one) => one.uid)).size).toBe(1);
    const sequences = steps.map((one) => one.sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(steps.map((one) => property(one, 'status'))).toEqual([
      'CONFIRMED',
      'CONFIRMED',
      'CANCELLED',
      'CANCELLED',
      'CONFIRMED',
    ]);
    expect(steps[2]!.location).toContain('Red');
  });

  it('has the common items under names of their own, and cancels everything with the event', () => {
    const both = (one: CampEvent) =>
      read(
        scheduleCalendar({
          ...asked,
          sessions: [{ ...session, event: one }],
          common: { event: one, items: [lunch] },
        }),
      );
    const [, item] = both(event);
    expect([item!.uid, item!.summary, item!.location]).toEqual([
      'slot-8@events.example.org',
      'Lunch',
      'The Hall, 1 High Street',
    ]);
    expect(both({ ...event, state: 'cancelled' }).map((one) => property(one, 'status'))).toEqual([
      'CANCELLED',
      'CANCELLED',
    ]);
  });

  it.each([
    ['Europe/London', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ['Europe/London', '2026-10-25T01:15:00Z', '2026-10-25T01:45:00Z'],
    ['Europe/London', '2026-10-24T23:00:00Z', '2026-10-25T09:00:00Z'],
    ['America/New_York', '2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08T08:00:00Z'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
  ])('is read as the same instants in %s while the clocks change: %s', (zone, from, to) => {
    const when = { startsAt: new Date(from), endsAt: new Date(to) };
    const one = made({ event: { ...event, zone }, place: { room: 'Red', ...when } });
    expect([at(one.startDate), at(one.endDate)]).toEqual([
      when.startsAt.toISOString(),
      when.endsAt.toISOString(),
    ]);
  });

  it('shows the wall time of the day after a change', () => {
    const startsAt = (instantOf('2026-10-25T09:00', 'Europe/London') as { at: Date }).at;
    const one = made({ place: { room: 'Red', startsAt, endsAt: new Date(startsAt.getTime() + 1800_000) } });
    expect([one.startDate.toString(), at(one.startDate)]).toEqual([
      '2026-10-25T09:00:00',
      '2026-10-25T09:00:00.000Z',
    ]);
  });

  it('has no line that a person wrote', () => {
    const evil = 'x\r\nATTENDEE:mailto:evil@example.org\nBEGIN:VALARM\u0000\u0007\u2028\ud800 &#7; end';
    const whole = scheduleCalendar({
      ...asked,
      sessions: [
        {
          ...session,
          title: evil,
          abstract: evil,
          tags: [evil],
          hosts: [{ name: evil }],
          place: { ...place, room: evil },
          event: { ...event, venueName: evil },
        },
      ],
      common: { event, items: [{ ...lunch, title: evil }] },
    });
    expect(whole).not.toMatch(/^(ATTENDEE|BEGIN:VALARM)/m);
    expect(whole).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(read(whole)).toHaveLength(2);
    for (const line of whole.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });
});
