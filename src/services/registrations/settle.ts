import { endUnproved, restore } from './ending.ts';
import { enter, fitsNow, freeOf, leave, type Party, type Places, takePortions } from './line.ts';
import { answer, move } from './moves.ts';
import { type After, type Batch, become, fill, now } from './turns.ts';

export type { Party, Places } from './line.ts';

export type Request =
  /**
   * `who` names the person, so that two requests of one person in a batch are one; `most`: the largest party allowed;
   * `beyond`: an organiser may overfill; `dishes`: what the party chose, as keys of the portions that are left.
   */
  | {
      kind: 'register';
      who: string;
      registered: boolean;
      size: number;
      most?: number;
      beyond?: boolean;
      dishes?: string[];
      /** Who is registered already is refused what a newcomer would be refused. */
      even?: boolean;
    }
  | { kind: 'capacity'; capacity: number | null; waitingList: boolean }
  | { kind: 'resize'; party: Party; size: number; most?: number; dishes?: string[] }
  | { kind: Move | Answer | Ending; party: Party };

/** What becomes of a registration by its owner or an organiser; by the answer to an offer, or by none. */
export type Move = 'cancel' | 'give_place' | 'to_waiting' | 'to_front';
export type Answer = 'take' | 'pass' | 'skip' | 'lapse';
/** The address was not proved in time; a cancellation is taken back. */
export type Ending = 'unproved' | 'restore';

export type Decision =
  /** Of a newcomer. `offered`: it joined the line, and its turn came within the batch. `rank`: 1 is the next in line. */
  | { kind: 'confirmed' | 'offered'; position: number }
  | { kind: 'waitlisted'; position: number; rank: number }
  | { kind: 'already' }
  | {
      kind:
        | 'cancelled'
        | 'placed'
        | 'resized'
        | 'taken'
        | 'passed'
        | 'skipped'
        | 'lapsed'
        | 'unproved'
        | 'restored';
      id: number;
    }
  | { kind: 'moved'; id: number; position: number }
  | { kind: 'capacity_set' }
  /** Nothing to do: it was so before. */
  | { kind: 'unchanged' }
  /** An offer, or a proof, whose time is not over. */
  | { kind: 'not_due' }
  | Refused;

export type Refused =
  | { kind: 'full' | 'no_room_to_grow'; free: number; size: number }
  | { kind: 'too_large'; most: number }
  /** The kitchen cannot make so many of it; `left`: how many more it can. */
  | { kind: 'dish_gone'; dish: string; left: number }
  | { kind: 'nobody_waiting' | 'nobody_else' | 'skipped_before' | 'no_offer' | 'grow_after_taking' | 'gone' }
  /** Of a cancellation that cannot be taken back: others have the places, or they have registered again. */
  | { kind: 'place_gone' | 'again' };

export type Settled = {
  decisions: Decision[];
  /** Who got places, or an offer of them, because it was their turn, by id. */
  promoted: number[];
  offered: number[];
  after: Map<number, After>;
  places: Places;
};

/**
 * Decides a batch of requests for one event in their order. Places that fall free go at once to the first in the line
 * whose whole party fits (rule 3), before the next request is looked at.
 */
export function settle(start: Places, requests: Request[]): Settled {
  const places = {
    ...start,
    line: [...start.line],
    portions: start.portions && new Map(start.portions),
  };
  const batch: Batch = { places, known: new Set(), after: new Map(), promoted: [], offered: [] };
  fill(batch);
  const decisions = requests.map((request, index) => {
    const decision = decide(batch, request, -1 - index);
    fill(batch);
    return decision;
  });
  return {
    decisions: decisions.map((decision, index) => inTheEnd(batch, decision, -1 - index)),
    promoted: batch.promoted.filter((id) => id > 0),
    offered: batch.offered.filter((id) => id > 0),
    after: new Map([...batch.after].filter(([id]) => id > 0)),
    places,
  };
}

/** A newcomer who joined the line and whose turn came in the same batch. They have no id yet: one below zero stands for it. */
function inTheEnd({ after }: Batch, decision: Decision, newcomer: number): Decision {
  const state = decision.kind === 'waitlisted' && after.get(newcomer)?.state;
  return state === 'confirmed' || state === 'offered'
    ? { kind: state, position: (decision as { position: number }).position }
    : decision;
}

function decide(batch: Batch, request: Request, newcomer: number): Decision {
  switch (request.kind) {
    case 'register':
      return register(batch, request, newcomer);
    case 'capacity':
      batch.places.capacity = request.capacity;
      batch.places.waitingList = request.waitingList;
      return { kind: 'capacity_set' };
    case 'resize':
      return resize(batch, now(batch, request.party), request);
    case 'cancel':
    case 'give_place':
    case 'to_waiting':
    case 'to_front':
      return move(batch, now(batch, request.party), request.kind);
    case 'take':
    case 'pass':
    case 'skip':
    case 'lapse':
      return answer(batch, now(batch, request.party), request.kind);
    case 'unproved':
      return endUnproved(batch, now(batch, request.party));
    case 'restore':
      return restore(batch, now(batch, request.party));
    default:
      return request satisfies never;
  }
}

/** Rule 4. */
function register(
  { places, known }: Batch,
  { who, registered, size, most, beyond, dishes = [], even }: Extract<Request, { kind: 'register' }>,
  newcomer: number,
): Decision {
  const already = registered || known.has(who);
  if (already && !even) return { kind: 'already' };
  const allowed = largest(places, most, beyond);
  if (size > allowed) return { kind: 'too_large', most: allowed };
  const fits = fitsNow(places, size);
  if (!fits && !beyond && !places.waitingList) return { kind: 'full', free: spare(places), size };
  const portions = already && places.portions ? new Map(places.portions) : places.portions;
  const gone = takePortions({ ...places, portions }, dishes);
  if (gone) return gone;
  if (already) return { kind: 'already' };
  known.add(who);
  const position = places.nextPosition++;
  if (fits || beyond) {
    places.taken += size;
    return { kind: 'confirmed', position };
  }
  enter(places, { id: newcomer, position, size });
  return { kind: 'waitlisted', position, rank: places.waiting };
}

/** Nobody is too many alone: one person may wait for an event without a place. */
const largest = ({ capacity }: Places, most = Number.POSITIVE_INFINITY, beyond = false): number =>
  Math.min(most, beyond ? most : Math.max(1, capacity ?? most));

/** How many places somebody who asks now could have. */
const spare = (places: Places): number => (fitsNow(places, 1) ? freeOf(places) : 0);

/** Rule 5. */
function resize(
  batch: Batch,
  party: Party,
  { size, most, dishes = [] }: Extract<Request, { kind: 'resize' }>,
): Decision {
  const { places } = batch;
  const more = size - party.size;
  const allowed = largest(places, most);
  if (party.state === 'cancelled') return { kind: 'gone' };
  if (more > 0 && size > allowed) return { kind: 'too_large', most: allowed };
  if (more > 0 && party.state === 'offered') return { kind: 'grow_after_taking' };
  if (more > 0 && party.state === 'confirmed' && !fitsNow(places, more))
    return { kind: 'no_room_to_grow', free: spare(places), size: more };
  const gone = takePortions(places, dishes, party.dishes);
  if (gone) return gone;
  leave(places, party);
  if (party.state === 'confirmed') places.taken += size;
  else if (party.state === 'offered') places.held += size;
  else enter(places, { ...party, size });
  become(batch, party, { size, dishes });
  return { kind: 'resized', id: party.id };
}
