import type { RegistrationState } from '../../db/schema.ts';
import type { Portions } from '../../shared/menu.ts';
import { mostParty } from './rules.ts';

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
  /** The smallest position that was ever given; absent: 1. */
  firstPosition?: number;
  /** The line in its order: of each size the first, as many as `inReach` says or more. */
  line: Waiting[];
  /** No party that has an offer stands before this position; given where somebody is put at the head of the line. */
  firstOffered?: number | null;
  /** Whoever is next is asked first, instead of being given the places. */
  offers?: boolean;
  /** Of dishes that the kitchen can only make so many of: how many are left. */
  portions?: Portions;
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
  /** What it has chosen so far. */
  dishes?: string[];
  /** It was asked to prove its address, has not, and the time is over. */
  unproved?: boolean;
  /** What it was before it was cancelled. */
  was?: RegistrationState;
  /** Whoever it is has registered again since it was cancelled. */
  again?: boolean;
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

/**
 * How many parties of each size a batch may come to. `capacities`: those that it sets; `sizes`: of each request for a party that
 * is there, the largest that it is in this batch: it frees so many places, or takes a party of that size out of the line.
 * Whoever is not at hand can neither get a place nor be passed: those of their size who are at hand come before.
 */
export function inReach(
  { capacity, taken, held, waiting }: Pick<Places, 'capacity' | 'taken' | 'held' | 'waiting'>,
  capacities: (number | null)[],
  sizes: number[],
): { size: number; count: number }[] {
  if (waiting <= 0) return [];
  const most = Math.max(...[capacity, ...capacities].map((one) => one ?? Number.POSITIVE_INFINITY));
  const places = Math.max(0, most - taken - held) + sizes.reduce((sum, one) => sum + one, 0);
  return Array.from({ length: Math.min(places, mostParty) }, (_, n) => ({
    size: n + 1,
    count: Math.min(waiting, Math.floor(places / (n + 1))),
  }));
}

/** Puts a party into the line where it belongs. */
export function enter(places: Places, { id, position, size }: Waiting) {
  places.waiting++;
  const later = places.line.findIndex((one) => one.position > position);
  places.line.splice(later < 0 ? places.line.length : later, 0, { id, position, size });
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

/**
 * Rule 9: a portion is kept for whoever asked for it first, also while they wait. Takes the dishes of a party, which gives
 * back those that it `had`; or says what there are too few of, and takes nothing.
 */
export function takePortions(
  { portions }: Places,
  dishes: string[],
  had: string[] = [],
): { kind: 'dish_gone'; dish: string; left: number } | undefined {
  if (!portions) return undefined;
  const wanted = new Map<string, number>();
  for (const dish of dishes) wanted.set(dish, (wanted.get(dish) ?? 0) + 1);
  for (const dish of had) wanted.set(dish, (wanted.get(dish) ?? 0) - 1);
  for (const [dish, count] of wanted) {
    const left = portions.get(dish);
    // Nobody is refused what they have chosen before, though the kitchen has changed its mind.
    if (count > 0 && left !== undefined && count > left)
      return { kind: 'dish_gone', dish, left: Math.max(0, left) };
  }
  for (const [dish, count] of wanted) {
    const left = portions.get(dish);
    if (left !== undefined) portions.set(dish, left - count);
  }
  return undefined;
}
