import { enter, firstThatFits, freeOf, leave, type Party, type Places } from './line.ts';
import type { Answer, Decision, Move } from './settle.ts';
import { type Batch, become, confirm, serve } from './turns.ts';

/** What an owner or an organiser does with a registration. */
export function move(batch: Batch, party: Party, kind: Move): Decision {
  const { places } = batch;
  const { id, state, size } = party;
  if (state === 'cancelled') return { kind: 'unchanged' };
  switch (kind) {
    case 'cancel':
      leave(places, party);
      become(batch, party, { state: 'cancelled' });
      return { kind: 'cancelled', id };
    case 'give_place':
      if (state === 'confirmed') return { kind: 'unchanged' };
      confirm(batch, party);
      return { kind: 'placed', id };
    case 'to_waiting': {
      if (state === 'waitlisted') return { kind: 'unchanged' };
      // With nobody else to have them the places would come straight back.
      if (places.waiting === 0 || comesBack(places, party)) return { kind: 'nobody_waiting' };
      const position = places.nextPosition++;
      leave(places, party);
      enter(places, { id, position, size });
      become(batch, party, { state: 'waitlisted', position });
      return { kind: 'moved', id, position };
    }
    case 'to_front': {
      if (state !== 'waitlisted' || places.line[0]?.id === id) return { kind: 'unchanged' };
      const first = Math.min(
        places.line[0]?.position ?? party.position,
        places.firstOffered ?? party.position,
        places.firstPosition ?? 1,
      );
      leave(places, party);
      places.firstPosition = first - 1;
      enter(places, { id, position: first - 1, size });
      become(batch, party, { state, position: first - 1 });
      return { kind: 'moved', id, position: first - 1 };
    }
    default:
      return kind satisfies never;
  }
}

/** Whether the places that the party gives up would fall to it again, as it fits and nobody else does. */
function comesBack(places: Places, { id, size }: Party): boolean {
  const free = freeOf(places) + size;
  return places.promotes && size <= free && !firstThatFits(places, free, id);
}

/** Rule 6. */
export function answer(batch: Batch, party: Party, kind: Answer): Decision {
  const { places } = batch;
  const { id, state } = party;
  if (state !== 'offered') return unoffered(party, kind);
  switch (kind) {
    case 'take':
      confirm(batch, party);
      return { kind: 'taken', id };
    case 'skip':
      return skip(batch, party);
    case 'pass':
    case 'lapse':
      // While an event is cancelled nobody can answer; if it takes place after all, its offers stand.
      if (kind === 'lapse' && !(party.due && places.promotes)) return { kind: 'not_due' };
      leave(places, party);
      become(batch, party, { state: 'cancelled' });
      return { kind: kind === 'pass' ? 'passed' : 'lapsed', id };
    default:
      return kind satisfies never;
  }
}

/** The same answer twice is no mistake. */
function unoffered({ state, skipped }: Party, kind: Answer): Decision {
  const before = { take: state === 'confirmed', pass: state === 'cancelled', lapse: true };
  const done = kind === 'skip' ? state === 'waitlisted' && skipped : before[kind];
  return { kind: done ? 'unchanged' : 'no_offer' };
}

/** It keeps its position, and is asked again once somebody else has been asked for these places. */
function skip(batch: Batch, party: Party): Decision {
  if (party.skipped) return { kind: 'skipped_before' };
  const { places } = batch;
  const other = places.promotes && firstThatFits(places, freeOf(places) + party.size);
  if (!other) return { kind: 'nobody_else' };
  leave(places, party);
  serve(batch, other);
  enter(places, party);
  become(batch, party, { state: 'waitlisted', skipped: true });
  return { kind: 'skipped', id: party.id };
}
