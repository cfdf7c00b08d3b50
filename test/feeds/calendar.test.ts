import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, calendar } from '../../src/feeds/calendar.ts';
import { instantOf } from '../../src/shared/time.ts';

const event: CalendarEvent = {
  id: 7,
  slug: 'dinner',
  kind: 'dinner',
  name: 'Geek dinner',
  summary: 'Food and talk',
  startsAt: new Date('2026-05-30T18:00:00Z'),
  endsAt: new Date('2026-05-30T21:00:00Z'),
  zone: 'Europe/London',
  venueName: 'The Anchor',
  venueAddress: '12 Quay Lane',
  state: 'published',
  version: 3,
  updatedAt: new Date('2026-05-01T12:00:00Z'),
};
const site = { name: 'Turnout', baseUrl: 'https://events.example.org' };

/** What a calendar program reads; every zone must be described in the file itself. */
function read(text: string): ICAL.Event[] {
  const whole = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of whole.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  return whole.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}

const made = (more: Partial<CalendarEvent>) => read(calendar([{ ...event, ...more }], site))[0]!;
const at = (time: ICAL.Time) => time.toJSDate().toISOString();

describe('a calendar', () => {
  it('gives name, times in their zone, place, link, a stable UID and the version as SEQUENCE', () => {
    const one = made({});
    expect(one.uid).toBe('event-7@events.example.org');
    expect([one.summary, one.location, one.sequence]).toEqual(['Geek dinner', 'The Anchor, 12 Quay Lane', 3]);
    expect(one.startDate.zone.tzid).toBe('Europe/London');
    expect([one.startDate.hour, at(one.startDate), at(one.endDate)]).toEqual([
      19,
      '2026-05-30T18:00:00.000Z',
      '2026-05-30T21:00:00.000Z',
    ]);
    expect(one.description).toBe('Food and talk\n\nhttps://events.example.org/events/dinner');
    expect(one.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
    expect(String(one.component.getFirstPropertyValue('dtstamp'))).toBe('2026-05-01T12:00:00Z');
  });

  it('says that an event is cancelled, under the same UID', () => {
    const one = made({ state: 'cancelled', version: 4 });
    expect([one.uid, one.sequence, one.component.getFirstPropertyValue('status')]).toEqual([
      'event-7@events.example.org',
      4,
      'CANCELLED',
    ]);
  });

  it.each([
    ['Europe/London', '2026-10-24T22:00', '2026-10-25T09:00'],
    ['Europe/Berlin', '2026-03-28T20:00', '2026-03-29T10:00'],
    ['America/New_York', '2026-11-01T00:30', '2026-11-01T12:00'],
    ['Australia/Lord_Howe', '2026-04-04T20:00', '2026-04-05T12:00'],
    ['Pacific/Chatham', '2026-09-26T20:00', '2026-09-27T12:00'],
    ['Asia/Calcutta', '2026-06-01T09:00', '2026-06-01T17:00'],
    ['America/Sao_Paulo', '2026-06-01T09:00', '2026-06-01T17:00'],
    ['UTC', '2026-06-01T09:00', '2026-06-01T17:00'],
  ])('is read as the same instants in %s, across a change of clocks', (zone, from, to) => {
    const instant = (wall: string) => (instantOf(wall, zone) as { at: Date }).at;
    const one = made({ zone, startsAt: instant(from), endsAt: instant(to) });
    expect([at(one.startDate), at(one.endDate)]).toEqual([
      instant(from).toISOString(),
      instant(to).toISOString(),
    ]);
    if (zone !== 'UTC') expect(one.startDate.toString()).toBe(`${from}:00`);
  });

  it('keeps both of the hours that happen twice apart', () => {
    const earlier = new Date('2026-10-25T00:30:00Z');
    const later = new Date('2026-10-25T01:30:00Z');
    const one = made({ startsAt: earlier, endsAt: later });
    expect([at(one.startDate), at(one.endDate)]).toEqual([earlier.toISOString(), later.toISOString()]);
  });

  it('says UTC where a wall clock does not tell the time', () => {
    const hour = 3600_000;
    const written = (startsAt: string, zone: string) => {
      const from = new Date(startsAt);
      const one = made({ startsAt: from, endsAt: new Date(from.getTime() + hour), zone });
      expect([at(one.startDate), at(one.endDate)]).toEqual([
        from.toISOString(),
        new Date(from.getTime() + hour).toISOString(),
      ]);
      return one.startDate.zone.tzid;
    };
    expect(written('2026-10-25T00:30:00Z', 'Europe/London')).toBe('UTC');
    expect(written('2026-10-25T01:30:00Z', 'Europe/London')).toBe('UTC');
    expect(written('2026-10-25T03:30:00Z', 'Europe/London')).toBe('Europe/London');
  });

  // In these the library's descriptions and the tables of Node were not of one mind; in the last they are.
  it.each([
    'Africa/Casablanca',
    'Africa/El_Aaiun',
    'America/Edmonton',
    'America/Vancouver',
    'Asia/Gaza',
    'Asia/Jerusalem',
    'Australia/Lord_Howe',
    'Europe/Dublin',
  ])('means the instants that the site says, in %s and every month of three years', (zone) => {
    for (let month = 0; month < 36; month++) {
      const startsAt = new Date(Date.UTC(2026, month, 12, 18));
      const one = made({ zone, startsAt, endsAt: new Date(startsAt.getTime() + 3600_000) });
      expect(at(one.startDate)).toBe(startsAt.toISOString());
    }
  });

  it('has its own properties before its components (RFC 5545, 3.4)', () => {
    const text = calendar([event], site);
    expect(text.lastIndexOf('X-PUBLISHED-TTL')).toBeLessThan(text.indexOf('BEGIN:VTIMEZONE'));
  });

  it('describes each zone once, whatever the number of events', () => {
    const zones = ['Europe/London', 'Europe/Berlin', 'Europe/London', 'UTC'];
    const text = calendar(
      zones.map((zone, id) => ({ ...event, id, zone })),
      site,
    );
    expect(text.match(/^TZID:.*$/gm)?.map((line) => line.trim())).toEqual([
      'TZID:Europe/London',
      'TZID:Europe/Berlin',
    ]);
    expect(read(text)).toHaveLength(4);
  });

  it.each([
    ['emoji', '🍲 Dinner 👩‍👩‍👧‍👦 '.repeat(12).trim()],
    ['markup and separators', 'a, b; c\\d ]]> <b>&amp;</b> "e" :f'],
    ['300 letters', 'é'.repeat(300)],
    ['nothing at all', ''],
  ])('survives %s', (_what, text) => {
    const whole = calendar([{ ...event, name: text, summary: text, venueName: text }], site);
    expect(read(whole)[0]!.summary).toBe(text);
    expect(read(whole)[0]!.description).toContain(text);
    for (const line of whole.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it('has no line that a person wrote: control characters and line breaks begin none', () => {
    const evil = 'x\r\nATTENDEE:mailto:evil@example.org\nBEGIN:VALARM\u0000\u0007\u2028\ud800 end';
    const whole = calendar([{ ...event, name: evil, summary: evil, venueAddress: evil }], {
      ...site,
      name: evil,
    });
    expect(whole).not.toMatch(/^(ATTENDEE|BEGIN:VALARM)/m);
    expect(whole).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/);
    expect(read(whole)[0]!.summary).toBe('x ATTENDEE:mailto:evil@example.org BEGIN:VALARM end');
  });
});
