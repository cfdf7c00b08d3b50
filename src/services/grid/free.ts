import type { Grid, GridRoom, GridSlot } from './queries.ts';
import { type Cell, keyOf, nearestFree } from './rules.ts';

export type FreeTime = { slot: GridSlot; rooms: GridRoom[] };

/** The times that are not over and can be claimed, each with the rooms that nobody has then; full ones are left out. */
export function freeTimes({ rooms, slots, sessions }: Grid, now: Date): FreeTime[] {
  const used = new Set(sessions.flatMap((one) => (one.place ? [keyOf(one.place)] : [])));
  return slots
    .filter((slot) => slot.title === null && slot.endsAt > now)
    .map((slot) => ({
      slot,
      rooms: rooms.filter((room) => !used.has(keyOf({ roomId: room.id, slotId: slot.id }))),
    }))
    .filter((time) => time.rooms.length > 0);
}

/** The free cells nearest to one that cannot be had, for a session with so many stars. */
export function freeNear(grid: Grid, wanted: Cell, stars: number, now: Date, most: number) {
  const rooms = new Map(grid.rooms.map((room) => [room.id, room]));
  const slots = new Map(grid.slots.map((slot) => [slot.id, slot]));
  const taken = grid.sessions.flatMap((one) => one.place ?? []);
  return nearestFree(grid.rooms, grid.slots, taken, wanted, stars, now)
    .slice(0, most)
    .map((cell) => ({ room: rooms.get(cell.roomId)!, slot: slots.get(cell.slotId)! }));
}
