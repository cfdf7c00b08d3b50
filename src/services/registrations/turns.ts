import { firstThatFits, freeOf, leave, type Party, type Places, type Waiting } from './line.ts';

/** What becomes of a registration that was there before. `skipped`: it asked to be asked again in this batch. */
export type After = Pick<Party, 'state' | 'position' | 'size' | 'skipped' | 'due' | 'dishes' | 'was'>;

/** A batch that is being settled: how things stand after the requests so far. */
export type Batch = {
  places: Places;
  known: Set<string>;
  after: Map<number, After>;
  /** Who got places, or an offer of them, because it was their turn, by id. */
  promoted: number[];
  offered: number[];
};

/** Rule 3 and 6: whoever fits gets the places, or is asked, until nobody does. */
export function fill(batch: Batch) {
  const { places } = batch;
  if (!places.promotes) return;
  for (;;) {
    const next = firstThatFits(places, freeOf(places));
    if (!next) return;
    serve(batch, next);
  }
}

export function serve({ places, after, promoted, offered }: Batch, { id, position, size }: Waiting) {
  const state = places.offers ? 'offered' : 'confirmed';
  leave(places, { id, position, size, state: 'waitlisted' });
  if (state === 'offered') {
    places.held += size;
    places.firstOffered = Math.min(places.firstOffered ?? position, position);
  } else places.taken += size;
  (state === 'offered' ? offered : promoted).push(id);
  // An offer that is made now is not over, whatever became of an earlier one.
  after.set(id, { ...after.get(id), state, position, size, due: false });
}

/** The party as the requests before have left it. */
export const now = ({ after }: Batch, party: Party): Party => ({ ...party, ...after.get(party.id) });

/** What was to be told of a party's turn is not so any more. */
export function become(batch: Batch, party: Party, change: Partial<After>) {
  const { id, state, position, size } = party;
  batch.after.set(id, { state, position, size, ...batch.after.get(id), ...change });
  if (change.state === undefined) return;
  if (change.state === 'cancelled') batch.after.get(id)!.was = state;
  for (const ids of [batch.promoted, batch.offered]) {
    const index = ids.indexOf(id);
    if (index >= 0) ids.splice(index, 1);
  }
}

/** Whatever it had before, it has places now. */
export function confirm(batch: Batch, party: Party) {
  leave(batch.places, party);
  batch.places.taken += party.size;
  become(batch, party, { state: 'confirmed' });
}
