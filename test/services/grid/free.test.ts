import { expect, it } from 'vitest';
import { freeNear, freeTimes } from '../../../src/services/grid/free.ts';
import type { Grid, GridRoom, GridSlot } from '../../../src/services/grid/queries.ts';

const room = (id: number, name: string) =>
  ({ id, name, eventId: 1, position: id, capacity: null, features: [] }) as unknown as GridRoom;
const slot = (id: number, hour: number, title: string | null = null) =>
  ({
    id,
    eventId: 1,
    startsAt: new Date(Date.UTC(2026, 4, 30, hour)),
    endsAt: new Date(Date.UTC(2026, 4, 30, hour + 1)),
    title,
  }) as GridSlot;

const red = room(1, 'Red');
const blue = room(2, 'Blue');
const at = (hour: number, minutes = 0) => new Date(Date.UTC(2026, 4, 30, hour, minutes));

function grid(...places: [number, number][]): Grid {
  const sessions = places.map(([roomId, slotId]) => ({ place: { roomId, slotId } }));
  return {
    rooms: [red, blue],
    slots: [slot(1, 9), slot(2, 10), slot(3, 11, 'Lunch'), slot(4, 12)],
    sessions: sessions as Grid['sessions'],
  };
}

const names = (times: ReturnType<typeof freeTimes>) =>
  times.map((one) => [one.slot.id, one.rooms.map(({ name }) => name)]);

it('gives the times that can be claimed with their free rooms, full ones and common ones left out', () => {
  expect(names(freeTimes(grid([1, 1], [1, 2], [2, 2]), at(8)))).toEqual([
    [1, ['Blue']],
    [4, ['Red', 'Blue']],
  ]);
});

it('has the time that is on, until it is over', () => {
  expect(names(freeTimes(grid(), at(9, 59))).map(([id]) => id)).toEqual([1, 2, 4]);
  expect(names(freeTimes(grid(), at(10))).map(([id]) => id)).toEqual([2, 4]);
});

it('gives nothing where there are no rooms', () => {
  expect(freeTimes({ ...grid(), rooms: [] }, at(8))).toEqual([]);
});

it('gives so many free cells near to one', () => {
  const near = freeNear(grid([1, 2]), { roomId: 1, slotId: 2 }, 0, at(8), 2);
  expect(near).toEqual([
    { room: blue, slot: slot(2, 10) },
    { room: red, slot: slot(1, 9) },
  ]);
});
