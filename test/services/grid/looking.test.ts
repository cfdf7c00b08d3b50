import { describe, expect, it } from 'vitest';
import {
  comingFirst,
  forMe,
  fromNow,
  onAt,
  slotsDuring,
  slotsThatFit,
} from '../../../src/services/grid/looking.ts';
import type { Grid, GridRoom, GridSlot } from '../../../src/services/grid/queries.ts';

const zone = 'Europe/London';
const slot = (id: number, from: string, to: string, title: string | null = null) =>
  ({ id, eventId: 1, startsAt: new Date(from), endsAt: new Date(to), title }) as GridSlot;
const room = (id: number, name: string) => ({ id, name, position: id }) as GridRoom;
const session = (number: number, roomId: number, slotId: number, starred = false) =>
  ({ number, starred, place: { roomId, slotId } }) as Grid['sessions'][number];

describe('for somebody', () => {
  it('what they starred comes first, then the smaller numbers; the list that was given stays as it is', () => {
    const given = [3, 1, 4, 2].map((number) => ({ number, starred: number > 2 }));
    expect(forMe(given).map((one) => one.number)).toEqual([3, 4, 1, 2]);
    expect(given.map((one) => one.number)).toEqual([3, 1, 4, 2]);
  });
});

describe('what goes on in a slot', () => {
  const rooms = [room(1, 'Red'), room(2, 'Blue'), room(3, 'Hall')];
  const ten = slot(1, '2026-05-30T09:00Z', '2026-05-30T10:00Z');
  const sessions = [session(7, 3, 1), session(8, 1, 1), session(9, 2, 2), session(6, 2, 1, true)];

  it('is in the order of the rooms, what was starred before that; the others are free', () => {
    const at = onAt({ rooms, slots: [ten], sessions }, ten);
    expect(at.held.map((one) => `${one.room.name} ${one.session.number}`)).toEqual([
      'Blue 6',
      'Red 8',
      'Hall 7',
    ]);
    expect(at.free).toEqual([]);
    expect(onAt({ rooms, slots: [ten], sessions: sessions.slice(0, 2) }, ten).free).toEqual([rooms[1]]);
  });

  it('is nothing that could be claimed where all do something together', () => {
    const lunch = slot(3, '2026-05-30T11:00Z', '2026-05-30T12:00Z', 'Lunch');
    expect(onAt({ rooms, slots: [lunch], sessions: [] }, lunch)).toEqual({ slot: lunch, held: [], free: [] });
  });
});

describe('the slots at a wall time', () => {
  const ids = (slots: GridSlot[], time: string, fold?: 'earlier' | 'later') =>
    slotsDuring(slots, zone, time, fold).map((one) => one.id);

  it('are those that have begun and are not over, in the zone of the event', () => {
    const slots = [
      slot(1, '2026-05-30T09:00Z', '2026-05-30T10:00Z'),
      slot(2, '2026-05-30T10:00Z', '2026-05-30T11:00Z'),
    ];
    expect(ids(slots, '09:59')).toEqual([]);
    expect(ids(slots, '10:00')).toEqual([1]);
    expect(ids(slots, '10:59')).toEqual([1]);
    expect(ids(slots, '11:00')).toEqual([2]);
    expect(ids(slots, '12:00')).toEqual([]);
  });

  it('run past midnight', () => {
    const slots = [slot(1, '2026-05-30T22:30Z', '2026-05-31T00:30Z')];
    for (const time of ['23:30', '00:00', '01:29']) expect(ids(slots, time)).toEqual([1]);
    for (const time of ['23:29', '01:30', '12:00']) expect(ids(slots, time)).toEqual([]);
  });

  it('are two where an hour comes twice, unless it is said which', () => {
    const night = [
      slot(1, '2026-10-24T23:00Z', '2026-10-25T00:00Z'),
      slot(2, '2026-10-25T00:00Z', '2026-10-25T01:00Z'),
      slot(3, '2026-10-25T01:00Z', '2026-10-25T02:00Z'),
      slot(4, '2026-10-25T02:00Z', '2026-10-25T03:00Z'),
    ];
    expect(ids(night, '00:30')).toEqual([1]);
    expect(ids(night, '01:30')).toEqual([2, 3]);
    expect(ids(night, '01:30', 'earlier')).toEqual([2]);
    expect(ids(night, '01:30', 'later')).toEqual([3]);
    expect(ids(night, '02:00')).toEqual([4]);
    expect(ids([slot(5, '2026-10-25T00:30Z', '2026-10-25T01:30Z')], '01:15')).toEqual([5]);
  });

  it('are none in the hour that the clocks skip', () => {
    const night = [slot(1, '2026-03-29T00:00Z', '2026-03-29T02:00Z')];
    expect(ids(night, '01:30')).toEqual([]);
    expect(ids(night, '02:30')).toEqual([1]);
  });
});

describe('from now on', () => {
  const slots = [
    slot(1, '2026-05-30T09:00Z', '2026-05-30T10:00Z'),
    slot(2, '2026-05-30T10:00Z', '2026-05-30T11:00Z'),
  ];

  it('is what is not over, what is on included; when all is over, all of it', () => {
    expect(fromNow(slots, new Date('2026-05-30T09:30Z'))).toEqual(slots);
    expect(fromNow(slots, new Date('2026-05-30T10:00Z'))).toEqual([slots[1]]);
    expect(fromNow(slots, new Date('2026-05-30T11:00Z'))).toEqual(slots);
  });
});

describe('what is still to come', () => {
  it('comes first, then what has no time yet, then what is over; each as it was given', () => {
    const at = (hour: number) => ({ place: { endsAt: new Date(Date.UTC(2026, 4, 30, hour)) } });
    const [ten, eleven, twelve, nowhere] = [at(10), at(11), at(12), { place: null }];
    const now = new Date('2026-05-30T11:00Z');
    expect(comingFirst([ten, eleven, nowhere, twelve], now)).toEqual([twelve, nowhere, ten, eleven]);
  });
});

describe('how many times make a short answer', () => {
  it.each([
    [[], 0],
    [[0, 0, 0], 3],
    [Array(9).fill(0), 6],
    [[2, 2, 2], 2],
    [[5, 0, 0, 1], 3],
    [[9, 1], 1],
    [[9, 0, 0], 1],
    [[1, 9], 1],
  ])('of %j: %i', (held, count) => {
    expect(slotsThatFit(held, 6, 5)).toBe(count);
  });
});
