import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Given, ScheduleSession } from '../../src/feeds/schedule.ts';
import { slugify } from '../../src/shared/ids.ts';
import { instantOf } from '../../src/shared/time.ts';
import { files } from '../support/schedule-files.ts';

const at = (wall: string, zone = 'Europe/London') => (instantOf(wall, zone, 'earlier') as { at: Date }).at;

const event: Given['event'] = {
  id: 3,
  slug: 'barcamp-ne',
  name: 'BarCamp North East',
  zone: 'Europe/London',
  venueName: 'The Hall',
  venueAddress: '1 High Street',
  state: 'published',
  version: 2,
  updatedAt: new Date('2026-05-01T12:00:00Z'),
  startsAt: at('2026-05-30T09:00'),
  endsAt: at('2026-05-31T17:00'),
};

const session = (id: number, more: Partial<ScheduleSession> = {}): ScheduleSession => ({
  id,
  number: id,
  title: `Session ${id}`,
  abstract: 'What *it* is about',
  kind: 'talk',
  language: 'en',
  tags: ['web', 'css'],
  links: [],
  version: 1,
  updatedAt: new Date('2026-05-02T12:00:00Z'),
  hosts: [{ personId: 40 + id, name: 'Ann' }],
  place: { room: 'Red', startsAt: at('2026-05-30T10:00'), endsAt: at('2026-05-30T10:30') },
  gone: false,
  ...more,
});

const rooms = [
  { id: 1, name: 'Red', capacity: 20 },
  { id: 2, name: 'Blue', capacity: null },
];
const lunch = {
  id: 9,
  title: 'Lunch',
  startsAt: at('2026-05-30T12:00'),
  endsAt: at('2026-05-30T13:15'),
  createdAt: new Date('2026-05-01T12:00:00Z'),
};

const made = (more: Partial<Given>): Given => ({
  baseUrl: 'https://events.example.org',
  event,
  rooms,
  sessions: [session(1)],
  common: [lunch],
  everywhere: 'Everybody',
  ...more,
});

describe('schedule.xml and schedule.json', () => {
  it('say what is where and when, who holds it, and what it is about', () => {
    const links: ScheduleSession['links'] = [
      { kind: 'slides', url: 'https://example.org/slides.pdf', title: 'The slides' },
      { kind: 'recording', url: 'https://example.org/film', title: '' },
    ];
    const { $, json, schedule: whole } = files(made({ sessions: [session(1, { links })] }));
    expect(whole).toMatchObject({
      version: '2026-05-02T12:00:00+00:00',
      base_url: 'https://events.example.org',
    });
    expect(json).toMatchObject({
      acronym: 'barcamp_ne',
      title: 'BarCamp North East',
      start: '2026-05-30',
      end: '2026-05-31',
      daysCount: 1,
      time_zone_name: 'Europe/London',
    });
    const [first] = json.days[0].rooms.Red;
    expect(first).toMatchObject({
      id: 2,
      date: '2026-05-30T10:00:00+01:00',
      start: '10:00',
      end: '2026-05-30T10:30:00+01:00',
      duration: '00:30',
      room: 'Red',
      slug: 'barcamp_ne-session-1-session-1',
      url: 'https://events.example.org/events/barcamp-ne/sessions/1',
      title: 'Session 1',
      type: 'talk',
      track: 'web',
      language: 'en',
      abstract: 'What it is about',
      persons: [{ id: 41, name: 'Ann' }],
      links: [
        { url: 'https://example.org/slides.pdf', title: 'The slides', type: 'slides' },
        { url: 'https://example.org/film', title: 'https://example.org/film', type: 'media' },
      ],
    });
    expect(Object.keys(json.days[0].rooms)).toEqual(['Everybody', 'Red', 'Blue']);
    expect(json.days[0].rooms.Everybody[0]).toMatchObject({ id: 19, title: 'Lunch', duration: '01:15' });
    expect($('room[name=Red] > event').attr('guid')).toBe(first.guid);
    expect($('room[name=Red] link').first().attr('href')).toBe('https://example.org/slides.pdf');
    expect($('room[name=Red] person').text()).toBe('Ann');
    expect($('time_zone_name').text()).toBe('Europe/London');
  });

  it('puts what begins after midnight on the day before, and a day begins at six', () => {
    const night = (from: string, to: string) => ({ room: 'Red', startsAt: at(from), endsAt: at(to) });
    const { json } = files(
      made({
        common: [],
        sessions: [
          session(1, { place: night('2026-05-30T23:30', '2026-05-31T00:30') }),
          session(2, { place: night('2026-05-31T01:00', '2026-05-31T02:00') }),
          session(3, { place: night('2026-05-31T06:00', '2026-05-31T07:00') }),
        ],
      }),
    );
    expect(json.days).toMatchObject([
      {
        index: 1,
        date: '2026-05-30',
        day_start: '2026-05-30T06:00:00+01:00',
        day_end: '2026-05-31T06:00:00+01:00',
        rooms: { Red: [{ start: '23:30' }, { start: '01:00', date: '2026-05-31T01:00:00+01:00' }] },
      },
      { index: 2, date: '2026-05-31', rooms: { Red: [{ start: '06:00' }] } },
    ]);
  });

  it.each([
    ['Europe/London', '2026-10-24', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00+01:00', '+01:00', '+00:00'],
    ['Europe/London', '2026-10-24', '2026-10-25T01:30:00Z', '2026-10-25T01:30:00+00:00', '+01:00', '+00:00'],
    [
      'America/New_York',
      '2026-03-07',
      '2026-03-08T07:30:00Z',
      '2026-03-08T03:30:00-04:00',
      '-05:00',
      '-04:00',
    ],
    [
      'Australia/Lord_Howe',
      '2026-04-04',
      '2026-04-04T15:15:00Z',
      '2026-04-05T01:45:00+10:30',
      '+11:00',
      '+10:30',
    ],
  ])(
    'has the right instants in a night when the clocks change: %s',
    (zone, date, begins, shown, before, after) => {
      const startsAt = new Date(begins);
      const place = { room: 'Red', startsAt, endsAt: new Date(startsAt.getTime() + 3600_000) };
      const { json } = files(
        made({ event: { ...event, zone }, common: [], sessions: [session(1, { place })] }),
      );
      const [day] = json.days;
      expect(day.date).toBe(date);
      expect([day.day_start.slice(-6), day.day_end.slice(-6)]).toEqual([before, after]);
      expect(day.rooms.Red[0]).toMatchObject({ date: shown, duration: '01:00' });
      expect(Date.parse(day.rooms.Red[0].date)).toBe(startsAt.getTime());
    },
  );

  it('is whole while there is nothing yet, and when the event is off', () => {
    const none = files(made({ rooms: [], sessions: [], common: [] }));
    expect(none.json.days).toMatchObject([{ date: '2026-05-30', rooms: {} }]);
    expect(none.$('day').length).toBe(1);
    const noRooms = files(made({ rooms: [], sessions: [] }));
    expect(Object.keys(noRooms.json.days[0].rooms)).toEqual(['Everybody']);
    const off = files(made({ event: { ...event, state: 'cancelled' } }));
    expect(off.$('event').length).toBe(0);
    const gone = files(made({ sessions: [session(1, { gone: true }), session(2)] }));
    expect(gone.$('room[name=Red] > event').length).toBe(1);
  });

  it.each([
    ['ux', 'event_ux'],
    ['', 'event_'],
    ['Café--Crème!', 'cafe_creme'],
    ['barcamp-2026', 'barcamp_2026'],
    ['1', 'event_1'],
  ])('makes an acronym of the slug %j', (slug, acronym) => {
    expect(files(made({ event: { ...event, slug } })).json.acronym).toBe(acronym);
  });

  it.each(['UTC', 'Etc/UTC', 'Etc/GMT+3', 'America/Argentina/Buenos_Aires', 'GB', 'Asia/Ust-Nera'])(
    'takes the zone %s',
    (zone) => {
      expect(
        files(made({ event: { ...event, zone } }))
          .$('time_zone_name')
          .text(),
      ).toBe(zone);
    },
  );

  it('takes rooms that are the same to a reader, that are called like ours or like something of the language', () => {
    const names = ['Red', 'Red ', 'Re\u0000d', 'Everybody', '__proto__', 'constructor', '7', ''];
    const all = names.map((name, n) => ({ id: n + 1, name, capacity: n }));
    const sessions = names.map((room, n) => session(n + 1, { place: { ...session(1).place, room } }));
    const { json, $ } = files(made({ rooms: all, sessions }));
    expect(Object.keys(json.days[0].rooms).sort()).toEqual(
      ['', '7', 'Everybody', 'Red', '__proto__', 'constructor'].sort(),
    );
    expect(json.days[0].rooms.Red).toHaveLength(3);
    expect($('event').length).toBe(9);
  });

  it('does not tell the code of a card, and calls a session the same whatever becomes of it', () => {
    const key = '6f1f7ff0-5d2d-4a54-9a0c-1d6c3a0f7d11';
    const before = files(made({ sessions: [{ ...session(1), key } as ScheduleSession] }));
    const after = files(
      made({
        sessions: [session(1, { title: 'Other', place: { ...session(1).place, room: 'Blue' }, version: 9 })],
      }),
    );
    const guid = before.json.days[0].rooms.Red[0].guid;
    expect(after.json.days[0].rooms.Blue[0].guid).toBe(guid);
    expect(guid).toMatch(/^.{14}5.{4}[89ab]/);
    for (const text of [before.xml, JSON.stringify(before.schedule)]) expect(text).not.toContain(key);
  });

  it('shortens what lasts longer than the schema can say', () => {
    const place = { room: 'Red', startsAt: at('2026-05-30T10:00'), endsAt: at('2026-06-20T10:00') };
    expect(
      files(made({ sessions: [session(1, { place })] }))
        .$('room[name=Red] duration')
        .text(),
    ).toBe('99:59');
  });

  const odd = [
    '',
    ' ',
    ']]>',
    '<script>alert(1)</script>',
    '&amp; &lt; &#0; &#xfffe; &nbsp; &nothing; %PDF',
    '<![CDATA[x]]>',
    '<?xml version="1.0"?>',
    '-->',
    '🍲👩‍👩‍👧‍👦🏳️‍🌈',
    '\u0000\u0007\u000b\u001f\u007f\u0085\u2028\u2029',
    '\ud800',
    'a\udc00b',
    '\ufffe\uffff\ufeff',
    '\u{1fffe}\u{10ffff}',
    '\u202eevil\u202c שלום مرحبا',
    'é'.repeat(300),
    '\r\n# Heading\r\n\r\n* a\n* b\n\n```\n<b>\n```',
    '"quoted" \'single\'',
    '../../etc/passwd',
    '٣',
  ];

  it.each(odd)('keeps its form whatever is typed: %j', (text) => {
    const { $, json } = files(
      made({
        event: { ...event, name: text, venueName: text },
        rooms: [...rooms, { id: 3, name: text, capacity: 1 }],
        common: [{ ...lunch, title: text }],
        sessions: [
          session(1, {
            title: text,
            abstract: text,
            kind: text,
            language: text,
            tags: [text, text],
            hosts: [{ personId: 1, name: text }],
            links: [{ kind: 'notes', url: 'https://example.org/', title: text }],
            place: { ...session(1).place, room: text },
          }),
        ],
      }),
    );
    // Both readers get the same.
    const one = $('event').last();
    const [room] = Object.entries<{ title: string; abstract: string }[]>(json.days[0].rooms).find(
      ([, items]) => items.some((item) => 'id' in item && item.id === 2),
    )!;
    expect($('event[id=2]').parent().attr('name')).toBe(room);
    const read = json.days[0].rooms[room].find((item: { id: number }) => item.id === 2);
    expect($('event[id=2] > title').text()).toBe(read.title);
    expect($('event[id=2] > abstract').text()).toBe(read.abstract);
    expect(one.length).toBe(1);
  });

  it('keeps a text that is fit to be read', () => {
    const { $ } = files(made({ sessions: [session(1, { title: 'A & B <c> ]]> "d" 🍲' })] }));
    expect($('event[id=2] > title').text()).toBe('A & B <c> ]]> "d" 🍲');
  });

  it.each([
    [
      'https://example.org/a|b^c`d{e}?q=|x y&z=[1]#a#b',
      'https://example.org/a%7Cb%5Ec%60d%7Be%7D?q=%7Cx%20y&z=%5B1%5D#a%23b',
    ],
    ['https://example.org/100%/%zz/%41', 'https://example.org/100%25/%25zz/%41'],
    ['http://[::1]:8080/x', 'http://[::1]:8080/x'],
    ['https://a{b}.example/', 'https://a%7Bb%7D.example/'],
    ['https://example.org/é/日本?ü#ß', 'https://example.org/%C3%A9/%E6%97%A5%E6%9C%AC?%C3%BC#%C3%9F'],
  ])('gives addresses as the strictest reader wants them: %s', (url, wanted) => {
    const links = [{ kind: 'link' as const, url, title: 'x' }];
    const { $ } = files(made({ sessions: [session(1, { links })] }));
    expect($('link').attr('href')).toBe(wanted);
  });

  const text = fc.oneof(
    fc.constantFrom(...odd),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 60 }),
  );
  const zone = fc.constantFrom('Europe/London', 'America/New_York', 'Pacific/Chatham', 'UTC', 'Asia/Kolkata');
  const place = fc.record({
    room: fc.nat(3),
    from: fc.integer({ min: Date.UTC(2026, 9, 23), max: Date.UTC(2026, 9, 28) }),
    minutes: fc.integer({ min: 1, max: 7000 }),
  });
  const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
  const one = fc.record({ text, abstract: text, name: text, url, place });

  it('holds for a hundred schedules that nobody would think of', () => {
    fc.assert(
      fc.property(
        fc.record({
          slug: text.map((one) => slugify(one)),
          zone,
          names: fc.array(text, { minLength: 4, maxLength: 4 }),
          sessions: fc.array(one, { maxLength: 6 }),
        }),
        ({ slug, zone, names, sessions }) => {
          files(
            made({
              event: { ...event, slug, zone, name: slug },
              rooms: names.map((name, n) => ({ id: n + 1, name, capacity: null })),
              sessions: sessions.map(({ text, abstract, name, url, place }, n) =>
                session(n + 1, {
                  title: text,
                  abstract,
                  tags: [name],
                  hosts: [{ personId: n + 1, name }],
                  links: [{ kind: 'slides', url: new URL(url).href, title: text }],
                  place: {
                    room: names[place.room]!,
                    startsAt: new Date(place.from),
                    endsAt: new Date(place.from + place.minutes * 60_000),
                  },
                }),
              ),
            }),
          );
        },
      ),
      { numRuns: process.env.SCHEDULE_FILES ? 400 : 100 },
    );
  });
});
