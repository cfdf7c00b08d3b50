import { enter, freeOf, leave, type Party, takePortions } from './line.ts';
import type { Decision } from './settle.ts';
import { type Batch, become } from './turns.ts';

/** Rule 10. Whoever has proved their address keeps what they have, however late; so does everybody once the event is over or off. */
export function endUnproved(batch: Batch, party: Party): Decision {
  if (party.state === 'cancelled') return { kind: 'unchanged' };
  if (!party.unproved || !batch.places.promotes) return { kind: 'not_due' };
  leave(batch.places, party);
  become(batch, party, { state: 'cancelled' });
  return { kind: 'unproved', id: party.id };
}

/**
 * Takes a cancellation back: places, if there are enough, for whoever had some; else where they stood in the line, if there
 * is one, as they were before those who came later.
 */
export function restore(batch: Batch, party: Party): Decision {
  const { places } = batch;
  const { id, state, size, was } = party;
  if (state !== 'cancelled') return { kind: 'unchanged' };
  if (party.again) return { kind: 'again' };
  const fits = was === 'confirmed' && size <= freeOf(places);
  if (!was || !(fits || places.waitingList)) return { kind: 'place_gone' };
  const gone = takePortions(places, party.dishes ?? []);
  if (gone) return gone;
  if (fits) places.taken += size;
  else enter(places, party);
  become(batch, party, { state: fits ? 'confirmed' : 'waitlisted' });
  return { kind: 'restored', id };
}
