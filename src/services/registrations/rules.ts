import type { Refusal } from '../../shared/result.ts';
import { clock, shortDay, zoneName } from '../../shared/time.ts';
import { placeState } from '../events/rules.ts';

/** What an event's row says of its places. Positions rise; a smaller one is earlier in the line. */
export type Places = {
  /** Null: no limit. */
  capacity: number | null;
  waitingList: boolean;
  taken: number;
  waiting: number;
  nextPosition: number;
  /** The head of the line, in order: at least as many as this batch can promote or touch. */
  line: Waiting[];
  /** False once the event is over or cancelled: freed places are then left alone. */
  promotes: boolean;
};
export type Waiting = { id: number; position: number };

export type Request =
  /** `who` names the person, so that two requests of one person in a batch are one; `beyond`: an organiser may overfill. */
  | { kind: 'register'; who: string; registered: boolean; beyond?: boolean }
  | { kind: 'cancel'; id: number; state: string }
  | { kind: 'capacity'; capacity: number | null; waitingList: boolean }
  | { kind: 'give_place'; id: number; state: string }
  | { kind: 'to_waiting'; id: number; state: string }
  | { kind: 'to_front'; id: number; state: string };

export type Decision =
  | { kind: 'confirmed'; position: number }
  /** `rank`: 1 is the next in line. */
  | { kind: 'waitlisted'; position: number; rank: number }
  | { kind: 'already' }
  | { kind: 'full' }
  | { kind: 'cancelled'; id: number }
  | { kind: 'placed'; id: number }
  | { kind: 'moved'; id: number; position: number }
  | { kind: 'resized' }
  /** Nothing to do: it was so before. */
  | { kind: 'unchanged' }
  | { kind: 'nobody_waiting' };

/** What becomes of a registration that was there before; `position` when it is put elsewhere in the line. */
export type After = { state: 'confirmed' | 'waitlisted' | 'cancelled'; position?: number };

export type Settled = {
  decisions: Decision[];
  /** Who got a place because it was their turn, by id. */
  promoted: number[];
  after: Map<number, After>;
  places: Places;
};

/**
 * Decides a batch of requests for one event in their order. First come, first served: a place that falls free goes to
 * the head of the line at once, before the next request is looked at.
 */
export function settle(start: Places, requests: Request[]): Settled {
  const places = { ...start, line: [...start.line] };
  const promoted: number[] = [];
  const after = new Map<number, After>();
  const known = new Set<string>();
  promote(places, promoted, after);
  const decisions = requests.map((request, index) => {
    const decision = decide(places, request, { known, after, promoted, newcomer: -1 - index });
    promote(places, promoted, after);
    return decision;
  });
  return {
    decisions: decisions.map((decision, index) =>
      decision.kind === 'waitlisted' && promoted.includes(-1 - index)
        ? { kind: 'confirmed', position: decision.position }
        : decision,
    ),
    promoted: promoted.filter((id) => id > 0),
    after: new Map([...after].filter(([id]) => id > 0)),
    places,
  };
}

/** `newcomer`: stands in the line for whoever joins it in this batch and has no id yet; below zero. */
type Seen = { known: Set<string>; after: Map<number, After>; promoted: number[]; newcomer: number };

function decide(places: Places, request: Request, seen: Seen): Decision {
  switch (request.kind) {
    case 'register':
      return decideRegister(places, request, seen);
    case 'capacity':
      places.capacity = request.capacity;
      places.waitingList = request.waitingList;
      return { kind: 'resized' };
    case 'cancel':
    case 'give_place':
    case 'to_waiting':
    case 'to_front':
      return decideMove(places, request, seen);
    default:
      return request satisfies never;
  }
}

function decideRegister(
  places: Places,
  request: Extract<Request, { kind: 'register' }>,
  { known, newcomer }: Seen,
): Decision {
  if (request.registered || known.has(request.who)) return { kind: 'already' };
  const fits = places.waiting === 0 && hasRoom(places);
  if (!fits && !request.beyond && !places.waitingList) return { kind: 'full' };
  known.add(request.who);
  const position = places.nextPosition++;
  if (fits || request.beyond) {
    places.taken++;
    return { kind: 'confirmed', position };
  }
  // Only the head of a long line is at hand; its end is out of this batch's reach.
  if (places.line.length === places.waiting) places.line.push({ id: newcomer, position });
  places.waiting++;
  return { kind: 'waitlisted', position, rank: places.waiting };
}

function decideMove(
  places: Places,
  request: { kind: 'cancel' | 'give_place' | 'to_waiting' | 'to_front'; id: number; state: string },
  { after, promoted }: Seen,
): Decision {
  const { id } = request;
  const state = after.get(id)?.state ?? request.state;
  if (state === 'cancelled') return { kind: 'unchanged' };
  switch (request.kind) {
    case 'cancel':
      after.set(id, { state: 'cancelled' });
      if (state === 'confirmed') places.taken--;
      else leaveLine(places, id);
      drop(promoted, id);
      return { kind: 'cancelled', id };
    case 'give_place':
      if (state === 'confirmed') return { kind: 'unchanged' };
      leaveLine(places, id);
      after.set(id, { state: 'confirmed' });
      places.taken++;
      return { kind: 'placed', id };
    case 'to_waiting': {
      if (state === 'waitlisted') return { kind: 'unchanged' };
      // With nobody else in the line the place would come straight back.
      if (places.waiting === 0) return { kind: 'nobody_waiting' };
      const position = places.nextPosition++;
      if (places.line.length === places.waiting) places.line.push({ id, position });
      places.taken--;
      places.waiting++;
      drop(promoted, id);
      after.set(id, { state: 'waitlisted', position });
      return { kind: 'moved', id, position };
    }
    case 'to_front': {
      if (state === 'confirmed' || places.line[0]?.id === id) return { kind: 'unchanged' };
      const position = (places.line[0]?.position ?? 1) - 1;
      places.line = [{ id, position }, ...places.line.filter((one) => one.id !== id)];
      after.set(id, { state: 'waitlisted', position });
      return { kind: 'moved', id, position };
    }
    default:
      return request.kind satisfies never;
  }
}

function leaveLine(places: Places, id: number) {
  places.waiting--;
  places.line = places.line.filter((one) => one.id !== id);
}

function drop(ids: number[], id: number) {
  const index = ids.indexOf(id);
  if (index >= 0) ids.splice(index, 1);
}

function promote(places: Places, promoted: number[], after: Map<number, After>) {
  while (places.promotes && places.line.length > 0 && hasRoom(places)) {
    const next = places.line.shift()!;
    places.waiting--;
    places.taken++;
    promoted.push(next.id);
    after.set(next.id, { state: 'confirmed' });
  }
}

const hasRoom = ({ capacity, taken }: Places) => capacity === null || taken < capacity;

/** What of an event decides whether one may register. */
export type Openness = {
  name: string;
  state: 'draft' | 'published' | 'cancelled';
  opensAt: Date | null;
  closesAt: Date | null;
  startsAt: Date;
  endsAt: Date;
  zone: string;
};

/** Why nobody can register now, or undefined. An organiser is not bound by opening and closing times. */
export function closedBecause(event: Openness, now: Date, byOrganiser = false): Refusal | undefined {
  const data = { event: event.name };
  if (event.state === 'cancelled') return { kind: 'gone', code: 'event_cancelled', data };
  if (byOrganiser) return undefined;
  if (event.state === 'draft') return { kind: 'not_found', code: 'event_unknown' };
  if (event.endsAt <= now) return { kind: 'gone', code: 'event_over', data };
  if (event.opensAt && event.opensAt > now)
    return {
      kind: 'conflict',
      code: 'not_open_yet',
      data: { ...data, opens: moment(event.opensAt, event.zone) },
    };
  if ((event.closesAt ?? event.startsAt) <= now)
    return {
      kind: 'gone',
      code: 'registration_closed',
      data: { ...data, closed: moment(event.closesAt ?? event.startsAt, event.zone) },
    };
  return undefined;
}

/** Why a registration would be refused whoever asked, for a door that says so before a form is filled in; or undefined. */
export const refusedBecause = (
  event: Openness & Parameters<typeof placeState>[0],
  now: Date,
): Refusal | undefined =>
  closedBecause(event, now) ??
  (placeState(event).kind === 'full'
    ? { kind: 'conflict', code: 'full', data: { event: event.name } }
    : undefined);

const moment = (at: Date, zone: string) => `${shortDay(at, zone)}, ${clock(at, zone)} (${zoneName(zone)})`;

/** A chat address may speak for a person whom it proved to be, or whom nobody has proved to be yet and whom it named itself. */
export const speaksFor = (
  address: { personId: number | null; linked: boolean } | undefined,
  person: { id: number; verified: boolean },
): boolean => address?.personId === person.id && (address.linked || !person.verified);

/** The words that a question may not use as its name: fields of the form, and what every object has. */
export const reservedNames = ['name', 'email', 'listed', 'nonce', 'event', 'constructor'];
