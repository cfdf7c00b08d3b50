import { dayOf, type Fold, instantOf } from '../../shared/time.ts';
import type { Grid, GridRoom, GridSlot, Listed } from './queries.ts';
import type { Stretch } from './rules.ts';

type Mine = { starred: boolean; number: number };

/** In the order for somebody: what they starred first, then by number. */
export const forMe = <S extends Mine>(sessions: S[]): S[] =>
  [...sessions].sort((a, b) => Number(b.starred) - Number(a.starred) || a.number - b.number);

export type InRoom = { room: GridRoom; session: Listed };
/** What goes on in a slot: who is where, what was starred first and then in the order of the rooms; and the rooms that are free. */
export type OnAt = { slot: GridSlot; held: InRoom[]; free: GridRoom[] };

export function onAt({ rooms, sessions }: Grid<Listed>, slot: GridSlot): OnAt {
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

/**
 * The slots that go on at a wall time (`14:10`), also those that run past midnight. Where the clocks go back a time comes twice: both
 * are meant, unless `fold` says which.
 */
export const slotsDuring = <S extends Stretch>(slots: S[], zone: string, time: string, fold?: Fold): S[] =>
  slots.filter(({ startsAt, endsAt }) =>
    [...new Set([dayOf(startsAt, zone), dayOf(endsAt, zone)])]
      .flatMap((day) => instantsOf(`${day}T${time}`, zone, fold))
      .some((at) => startsAt <= at && at < endsAt),
  );

/** None in the hour that the clocks skip, two in the one that comes twice. */
function instantsOf(wall: string, zone: string, fold?: Fold): Date[] {
  const read = instantOf(wall, zone, fold);
  if ('at' in read) return [read.at];
  return read.code === 'time_twice' ? read.options : [];
}

/** From now on; all of it when it is over. */
export function fromNow<S extends Stretch>(slots: S[], now: Date): S[] {
  const left = slots.filter((slot) => slot.endsAt > now);
  return left.length > 0 ? left : slots;
}

type Somewhen = { place: { endsAt: Date } | null };

/** What is still to come, what has no time yet, and last what is over; each in the order in which it was given. */
export const comingFirst = <S extends Somewhen>(sessions: S[], now: Date): S[] => {
  const rank = ({ place }: S) => (place === null ? 1 : place.endsAt > now ? 0 : 2);
  return [...sessions].sort((a, b) => rank(a) - rank(b));
};

/** An answer of a few lines: how many of these slots it holds, given how many sessions each has; one at least. */
export function slotsThatFit(held: number[], mostSlots: number, mostSessions: number): number {
  let all = 0;
  const end = held.slice(0, mostSlots).findIndex((count, n) => {
    all += count;
    return n > 0 && all > mostSessions;
  });
  return end < 0 ? Math.min(held.length, mostSlots) : end;
}
