import type { RegistrationState } from '../../db/schema.ts';

// The written rule of the waiting list is in docs/waiting-list.md; its numbers are in the comments here and in settle.ts.

/** What an event's row says of its places. Positions rise; a smaller one is earlier in the line. */
export type Places = {
  /** Null: no limit. */
  capacity: number | null;
  waitingList: boolean;
  /** People of confirmed parties, and of those that have an offer. */
  taken: number;
  held: number;
  /** Parties in the line. */
  waiting: number;
  nextPosition: number;
  /** The line in its order: of each size at least as many parties as this batch can reach. */
  line: Waiting[];
  /** Sizes of which more parties wait than `line` holds. */
  cut?: ReadonlySet<number>;
  /** The smallest position of those that have an offer, where it matters. */
  firstOffered?: number | null;
  /** Whoever is next is asked first, instead of being given the places. */
  offers?: boolean;
  /** False once the event is over or cancelled: freed places are then left alone. */
  promotes: boolean;
};
export type Waiting = { id: number; position: number; size: number };

/** A party as it is on file. */
export type Party = Waiting & {
  state: RegistrationState;
  /** It has asked to be asked again. */
  skipped?: boolean;
  /** The time of its offer is over. */
  due?: boolean;
};

/** Rule 2. Below zero when an organiser has overfilled the event, or lowered its capacity. */
export const freeOf = ({ capacity, taken, held }: Places): number =>
  capacity === null ? Number.POSITIVE_INFINITY : capacity - taken - held;

/** Rule 3: the first in the line whose whole party fits into so many places. */
export const firstThatFits = ({ line }: Places, free: number, but?: number): Waiting | undefined =>
  free < 1 ? undefined : line.find((one) => one.size <= free && one.id !== but);

/** Rule 4 and 5: whether places can be had now without passing anybody. At rest nobody who waits fits. */
export const fitsNow = (places: Places, size: number): boolean =>
  size <= freeOf(places) && !firstThatFits(places, freeOf(places));

/** Puts a party into the line where it belongs; one so far behind that it is out of this batch's reach is only counted. */
export function enter(places: Places, party: Waiting) {
  places.waiting++;
  const later = places.line.findIndex((one) => one.position > party.position);
  const more = places.line.some((one) => one.size === party.size && one.position > party.position);
  if (places.cut?.has(party.size) && !more) return;
  places.line.splice(later < 0 ? places.line.length : later, 0, {
    id: party.id,
    position: party.position,
    size: party.size,
  });
}

/** Takes a party out of wherever it is: the places that it had, or that were held for it, are free. */
export function leave(places: Places, { id, state, size }: Party) {
  switch (state) {
    case 'confirmed':
      places.taken -= size;
      return;
    case 'offered':
      places.held -= size;
      return;
    case 'waitlisted':
      places.waiting--;
      remove(places.line, id);
      return;
    case 'cancelled':
      return;
    default:
      return state satisfies never;
  }
}

function remove(line: Waiting[], id: number) {
  const index = line[0]?.id === id ? 0 : line.findIndex((one) => one.id === id);
  // A head is taken off in no time, however long the line.
  if (index === 0) line.shift();
  else if (index > 0) line.splice(index, 1);
}
