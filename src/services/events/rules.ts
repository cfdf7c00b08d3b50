import type { Field } from '../../shared/form.ts';

/** What the public may know of an event's places. `over_full`: the capacity was lowered below what was taken. */
export type PlaceState =
  | { kind: 'unlimited' }
  | { kind: 'free'; left: number; few: boolean }
  | { kind: 'waiting_list'; waiting: number }
  | { kind: 'full' };

type Counted = {
  capacity: number | null;
  taken: number;
  held: number;
  waiting: number;
  waitingList: boolean;
  partyMost: number;
};

export function placeState(event: Counted): PlaceState {
  if (event.capacity === null) return { kind: 'unlimited' };
  const left = event.capacity - event.taken - event.held;
  // Who waits while places are free waits for more of them: whoever comes with fewer people gets these.
  if (left > 0 && (event.waiting === 0 || event.partyMost > 1))
    return { kind: 'free', left, few: left <= Math.max(3, event.capacity / 10) };
  return event.waitingList ? { kind: 'waiting_list', waiting: event.waiting } : { kind: 'full' };
}

/** By how many more than the capacity the event is taken; nobody loses a place when it is lowered. */
export const overBy = (event: Pick<Counted, 'capacity' | 'taken'>): number =>
  event.capacity === null ? 0 : Math.max(0, event.taken - event.capacity);

type Timed = {
  state: 'draft' | 'published' | 'cancelled';
  startsAt: Date;
  endsAt: Date;
  opensAt: Date | null;
  closesAt: Date | null;
};

export type Phase = 'draft' | 'cancelled' | 'over' | 'not_open' | 'open' | 'closed';

/** Where the event is in its life; `open`: one can register (for a place or for the waiting list). */
export function phase(event: Timed, now: Date): Phase {
  if (event.state !== 'published') return event.state;
  if (event.endsAt <= now) return 'over';
  if (event.opensAt && event.opensAt > now) return 'not_open';
  return (event.closesAt ?? event.startsAt) <= now ? 'closed' : 'open';
}

type Told = {
  name: string;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  venueName: string;
  venueAddress: string;
};

/** Whether a change is one that attendees must be told of: when, where, or what it is called. */
export const worthTelling = (before: Told, after: Told): boolean =>
  before.name !== after.name ||
  before.startsAt.getTime() !== after.startsAt.getTime() ||
  before.endsAt.getTime() !== after.endsAt.getTime() ||
  before.zone !== after.zone ||
  before.venueName !== after.venueName ||
  before.venueAddress !== after.venueAddress;

/** The questions that an edit takes away, with whatever was answered to them. */
export const removedQuestions = (before: Field[], after: Field[]): Field[] =>
  before.filter((question) => !after.some((one) => one.name === question.name));

/**
 * Questions, or the courses of a menu, after an edit. One that was there keeps its name, under which answers are on file; a new one gets
 * a name from its label that no other has.
 */
export function nameQuestions<Q extends { name: string; label: string }>(
  questions: Q[],
  reserved: string[],
): Q[] {
  const taken = new Set([...reserved, ...questions.map((one) => one.name).filter(Boolean)]);
  return questions.map((question) => {
    if (question.name) return question;
    const stem =
      question.label
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^[^a-z]+|_+$/g, '')
        .slice(0, 40) || 'question';
    let name = stem;
    for (let n = 2; taken.has(name); n++) name = `${stem}_${n}`;
    taken.add(name);
    return { ...question, name };
  });
}

type MeantCamp = { startsAt: Date; endsAt: Date; registered: boolean };

/**
 * The BarCamps that somebody means who names none (in order of time): those that are on, else the next ones, else those that were
 * last; of these their own if there are any. Several are left when they are on at the same time.
 */
export function campsMeant<C extends MeantCamp>(camps: C[], now: Date): C[] {
  const on = camps.filter((one) => one.startsAt <= now && one.endsAt > now);
  if (on.length > 0) return ownFirst(on);
  const coming = camps.filter((one) => one.startsAt > now);
  if (coming.length > 0) return ownFirst(coming).slice(0, 1);
  return camps.slice(-1);
}

function ownFirst<C extends MeantCamp>(camps: C[]): C[] {
  const own = camps.filter((one) => one.registered);
  return own.length > 0 ? own : camps;
}
