import { describe, expect, it } from 'vitest';
import {
  eventStretches,
  freeStretches,
  generateTimes,
  nearestFree,
  outside,
  type Placed,
  pairKey,
  type Room,
  type Slot,
  suggestedRoom,
  warningsFor,
} from '../../../src/services/grid/rules.ts';
import { likelyMerges, pitchOrder } from '../../../src/services/sessions/rules.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 4, 30, hour));
const rooms: Room[] = [
  { id: 1, name: 'Red', capacity: 10, features: ['projector'] },
  { id: 2, name: 'Hall', capacity: 100, features: [] },
];
const slots: Slot[] = [10, 11, 12].map((hour, n) => ({
  id: n + 1,
  startsAt: at(hour),
  endsAt: at(hour + 1),
  title: hour === 12 ? 'Lunch' : null,
}));
const session = (number: number, more: Partial<Placed> = {}): Placed => ({
  number,
  title: `S${number}`,
  hosts: [{ personId: number, name: `Host ${number}` }],
  stars: 0,
  minutes: null,
  features: [],
  place: null,
  ...more,
});

describe('what is free', () => {
  it('is nearest in time first, then the same room, then a room that is large enough; not over lunch, not in the past', () => {
    const wanted = { roomId: 1, slotId: 1 };
    expect(nearestFree(rooms, slots, [wanted], wanted, 50, at(9))).toEqual([
      { roomId: 2, slotId: 1 },
      { roomId: 1, slotId: 2 },
      { roomId: 2, slotId: 2 },
    ]);
    expect(nearestFree(rooms, slots, [], wanted, 0, at(11))).toEqual([
      { roomId: 1, slotId: 2 },
      { roomId: 2, slotId: 2 },
    ]);
  });
});

describe('what is unwise', () => {
  it('names a host in two rooms, a starred pair, a small room, a short slot and what the room lacks', () => {
    const hosts = [{ personId: 7, name: 'Ann' }];
    const mine = session(1, { hosts, stars: 20, minutes: 90, features: ['piano'] });
    const other = session(2, { hosts, stars: 3, place: { roomId: 2, slotId: 1 } });
    const elsewhen = session(3, { hosts, place: { roomId: 2, slotId: 2 } });
    const pairs = new Map([[pairKey(2, 1), 2]]);
    const found = warningsFor(mine, { room: rooms[0]!, slot: slots[0]! }, [mine, other, elsewhen], pairs);
    expect(found.map((one) => one.code)).toEqual([
      'host_twice',
      'starred_together',
      'room_small',
      'too_long',
      'lacks',
    ]);
    expect(warningsFor(session(4), { room: rooms[1]!, slot: slots[0]! }, [other], pairs)).toEqual([]);
  });
});

it('suggests the smallest room that holds them, else the largest', () => {
  expect([5, 50, 500].map((stars) => suggestedRoom(rooms, stars)?.name)).toEqual(['Red', 'Hall', 'Hall']);
});

it('makes slots that fit, with breaks between them', () => {
  expect(generateTimes(600, 720, 30, 15)).toEqual([
    { from: 600, to: 630 },
    { from: 645, to: 675 },
    { from: 690, to: 720 },
  ]);
});

it('pitches newcomers first, then as they came', () => {
  const one = (number: number, newcomer: boolean) => ({ number, newcomer, createdAt: at(10 + number) });
  expect(pitchOrder([one(1, false), one(2, true), one(3, true)]).map(({ number }) => number)).toEqual([
    2, 3, 1,
  ]);
});

it('sees which sessions may be one', () => {
  const sessions = [
    { number: 1, title: 'Feeds are not dead', tags: ['rss'] },
    { number: 2, title: 'Reading feeds today', tags: ['rss', 'web'] },
    { number: 3, title: 'Cooking for crowds', tags: [] },
  ];
  expect(likelyMerges(sessions)).toEqual([{ pair: [1, 2], common: ['rss', 'feeds'] }]);
});

it('a tag that many sessions have makes no two of them one', () => {
  const some = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ number: n, title: `Nr ${n}`, tags: ['web'] }));
  expect(likelyMerges(some(4))).toHaveLength(6);
  expect(likelyMerges(some(5))).toEqual([]);
});

describe('the days of an event', () => {
  const on = (day: number, hour: number) => new Date(Date.UTC(2026, 4, day, hour));
  const days = (startsAt: Date, endsAt: Date, zone = 'Europe/London') =>
    eventStretches({ startsAt, endsAt }, zone).map((one) =>
      [one.startsAt, one.endsAt].map((moment) => moment.toISOString().slice(8, 16)).join(' '),
    );

  it('are one up to 24 hours, then as long as the hours on their ends say', () => {
    expect(days(on(30, 8), on(30, 16))).toEqual(['30T08:00 30T16:00']);
    expect(days(on(30, 18), on(31, 16))).toEqual(['30T18:00 31T16:00']);
    expect(days(on(29, 8), on(31, 16))).toEqual([
      '29T08:00 29T16:00',
      '30T08:00 30T16:00',
      '31T08:00 31T16:00',
    ]);
    expect(days(on(29, 17), on(31, 15))).toEqual([
      '29T17:00 29T21:00',
      '30T08:00 30T15:00',
      '31T08:00 31T15:00',
    ]);
  });

  it('keep their hours over a change of the clocks', () => {
    const [start, end] = [new Date('2026-10-24T08:00Z'), new Date('2026-10-25T17:00Z')];
    expect(days(start, end)).toEqual(['24T08:00 24T16:00', '25T09:00 25T17:00']);
  });

  it('are free around what is taken, and know what lies outside', () => {
    const day = { startsAt: at(9), endsAt: at(13) };
    const lunch = { startsAt: at(11), endsAt: at(12) };
    expect(freeStretches(day, [])).toEqual([day]);
    expect(freeStretches(day, [lunch])).toEqual([
      { startsAt: at(9), endsAt: at(11) },
      { startsAt: at(12), endsAt: at(13) },
    ]);
    expect(freeStretches(day, [{ startsAt: at(9), endsAt: at(13) }])).toEqual([]);
    const early = { startsAt: at(8), endsAt: at(9) };
    expect(outside([early, lunch, { startsAt: at(12), endsAt: at(14) }], day)).toEqual([
      early,
      { startsAt: at(12), endsAt: at(14) },
    ]);
  });
});
