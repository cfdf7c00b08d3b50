import { describe, expect, it } from 'vitest';
import { readTime } from '../../bot/dialogues/cell-words.ts';
import { boardOf, cellWords, readCell, timeWords } from '../../bot/dialogues/cells.ts';
import type { Grid, GridRoom, GridSlot } from '../../src/services/grid/queries.ts';
import { speaking } from '../../src/shared/spoken.ts';
import { instantOf } from '../../src/shared/time.ts';

const zone = 'Europe/London';
const instant = (wall: string, fold?: 'earlier' | 'later') => {
  const read = instantOf(wall, zone, fold);
  if (!('at' in read)) throw new Error(`no such time: ${wall}`);
  return read.at;
};

let ids = 0;
function slot(from: string, to: string, fold?: 'earlier' | 'later'): GridSlot {
  const startsAt = instant(from, fold);
  return { id: ++ids, eventId: 1, startsAt, endsAt: instant(to, 'later'), title: null } as GridSlot;
}
const roomsOf = (...names: string[]) =>
  names.map((name, n) => ({ id: n + 1, name, eventId: 1, position: n, features: [] }) as unknown as GridRoom);

function board(names: string[], slots: GridSlot[], now = '2026-05-01T12:00') {
  const grid: Grid = { rooms: roomsOf(...names), slots, sessions: [] };
  return boardOf(grid, zone, instant(now));
}

const weekend = () => [
  slot('2026-05-30T10:00', '2026-05-30T10:30'),
  slot('2026-05-30T14:00', '2026-05-30T14:30'),
  slot('2026-05-31T10:00', '2026-05-31T10:30'),
];

describe('a time', () => {
  it.each([
    ['14:00', '14:00'],
    ['14.00', '14:00'],
    ['1400', '14:00'],
    ['14h', '14:00'],
    ['14h30', '14:30'],
    ['2pm', '14:00'],
    ['2:30pm', '14:30'],
    ['230pm', '14:30'],
    ['noon', '12:00'],
    ['midnight', '00:00'],
    ['12am', '00:00'],
    ['12pm', '12:00'],
    ['9', '09:00'],
    ['now', 'now'],
  ])('%s', (typed, time) => {
    expect(readTime(typed)).toBe(time);
  });

  it.each(['24:00', '14:60', '13pm', '0pm', '140', '140h', 'noonish', '14:0', ''])('%s is none', (typed) => {
    expect(readTime(typed)).toBeUndefined();
  });
});

describe('a cell', () => {
  it('is read in any order, a name of two words too', () => {
    const there = board(['Red', 'Press hall'], weekend());
    for (const text of [
      'sat 14:00 press hall',
      'Press Hall 2pm',
      'room 2 sat 14',
      'in press hall at 14.00',
    ]) {
      const said = readCell(there, text);
      expect([text, said.room?.name, said.slots?.length, said.unread]).toEqual([
        text,
        'Press hall',
        1,
        undefined,
      ]);
    }
  });

  it('is read however people write a day and an hour', () => {
    const slots = weekend();
    const there = board(['Red', 'Press hall'], slots);
    for (const text of [
      'sat 2 pm',
      'saturday 2 p.m. red',
      'red may 30th 14:00',
      '30th 14.00',
      'the 30th of may at 2 PM',
      'Sat, 30 May 2026 14',
      'saturday may 30 14h',
      '2026-05-30 1400',
    ])
      expect([text, readCell(there, text).slots, readCell(there, text).unread]).toEqual([
        text,
        [slots[1]],
        undefined,
      ]);
    for (const text of ['sat 31 may 10:00', 'may 10:00', '29th 10:00', 'sat 140'])
      expect([text, readCell(there, text).unread]).toEqual([text, expect.any(String)]);
  });

  it('without a day is that of today where there is one, else all of that name', () => {
    const slots = weekend();
    expect(readCell(board(['Red'], slots), '10:00').slots).toEqual([slots[0], slots[2]]);
    expect(readCell(board(['Red'], slots, '2026-05-30T09:00'), '10:00').slots).toEqual([slots[0]]);
    expect(readCell(board(['Red'], slots, '2026-05-30T12:00'), '10:00').slots).toEqual([slots[2]]);
    expect(readCell(board(['Red'], slots, '2026-05-30T12:00'), 'tomorrow 10:00').slots).toEqual([slots[2]]);
  });

  it('now is what is on, else what comes next', () => {
    const slots = weekend();
    expect(readCell(board(['Red'], slots, '2026-05-30T10:15'), 'now').slots).toEqual([slots[0]]);
    expect(readCell(board(['Red'], slots, '2026-05-30T12:00'), 'now').slots).toEqual([slots[1]]);
    expect(readCell(board(['Red'], slots, '2026-06-30T12:00'), 'now').slots).toEqual([]);
  });

  it('of the hour that comes twice is both, the earlier or the later', () => {
    const twice = [
      slot('2026-10-25T01:00', '2026-10-25T01:30', 'earlier'),
      slot('2026-10-25T01:00', '2026-10-25T02:00', 'later'),
    ];
    const night = board(['Red'], twice);
    expect(readCell(night, '01:00').slots).toEqual(twice);
    expect(readCell(night, '01:00 later red').slots).toEqual([twice[1]]);
    expect(cellWords(night, twice[0]!, night.grid.rooms[0]!)).toBe('01:00 earlier Red');
  });

  it('says what it does not understand', () => {
    expect(readCell(board(['Red'], weekend()), 'sat Green 14:00').unread).toBe('green');
  });

  // What a list offers must mean the same when it is typed, whatever rooms are called.
  it('is written as it is read, for every cell of a grid with awkward names', () => {
    const slots = [...weekend(), slot('2026-06-06T10:00', '2026-06-06T10:30')];
    const there = board(
      ['1', '14', 'Room 2', 'Red', 'Red hall', 'Sat', 'now', '10:00', '2', 'Café, "old"'],
      slots,
    );
    for (const time of slots)
      for (const room of there.grid.rooms) {
        const words = cellWords(there, time, room);
        const said = readCell(there, words);
        expect([words, said.room?.name, said.slots?.map((one) => one.id), said.unread]).toEqual([
          words,
          room.name,
          [time.id],
          undefined,
        ]);
      }
  });
});

describe('a day, whatever language is spoken', () => {
  it.each([
    ['en', 'Sat 30 May', ['sat 14:00', 'saturday 2pm', '30 may 14:00']],
    ['de', 'Sa. 30. Mai', ['sat 14:00', 'saturday 2pm', '30 may 14:00', 'samstag 14:00', 'sa 14:00']],
  ])('is typed in English, in %s too, and what is offered can be typed', (language, shown, typed) => {
    speaking({ language }, () => {
      const camp = board(['Red'], weekend());
      expect(camp.days[0]!.shown).toBe(shown);
      const at = camp.grid.slots[1]!;
      expect(timeWords(camp, at)).toBe('sat 14:00');
      for (const text of [...typed, timeWords(camp, at)])
        expect([text, readCell(camp, text).slots]).toEqual([text, [at]]);
    });
  });
});
