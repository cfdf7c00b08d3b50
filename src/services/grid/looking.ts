import { clock } from '../../shared/time.ts';
import type { Grid, GridRoom, GridSlot } from './queries.ts';

type Mine = { starred: boolean; number: number };

/** In the order for somebody: what they starred first, then by number. */
export const forMe = <S extends Mine>(sessions: S[]): S[] =>
  [...sessions].sort((a, b) => Number(b.starred) - Number(a.starred) || a.number - b.number);

export type InRoom = { room: GridRoom; session: Grid['sessions'][number] };
/** What goes on in a slot: who is where, what was starred first and then in the order of the rooms; and the rooms that are free. */
export type OnAt = { slot: GridSlot; held: InRoom[]; free: GridRoom[] };

export function onAt({ rooms, sessions }: Grid, slot: GridSlot): OnAt {
  const then = new Map(
    sessions.filter((one) => one.place?.slotId === slot.id).map((one) => [one.place!.roomId, one]),
  );
  const held = rooms.flatMap((room) => {
    const session = then.get(room.id);
    return session ? [{ room, session }] : [];
  });
  return {
    slot,
    held: held.sort((a, b) => Number(b.session.starred) - Number(a.session.starred)),
    free: slot.title === null ? rooms.filter((room) => !then.has(room.id)) : [],
  };
}

/** The slots that go on at a wall time (`14:10`), also those that run past midnight; on a night with a clock change there may be two. */
export const slotsDuring = (slots: GridSlot[], zone: string, time: string): GridSlot[] =>
  slots.filter(({ startsAt, endsAt }) => {
    const [from, to] = [clock(startsAt, zone), clock(endsAt, zone)];
    return from < to ? from <= time && time < to : time >= from || time < to;
  });
