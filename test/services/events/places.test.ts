import { describe, expect, it } from 'vitest';
import { overBy, placeState } from '../../../src/services/events/rules.ts';

const event = { capacity: 10, taken: 6, held: 0, waiting: 0, waitingList: true, partyMost: 1 };

describe('placeState', () => {
  it('counts what is held as taken', () => {
    expect(placeState(event)).toEqual({ kind: 'free', left: 4, few: false });
    expect(placeState({ ...event, held: 1 })).toEqual({ kind: 'free', left: 3, few: true });
    expect(placeState({ ...event, held: 4 })).toEqual({ kind: 'waiting_list', waiting: 0 });
    expect(placeState({ ...event, held: 4, waitingList: false })).toEqual({ kind: 'full' });
    expect(placeState({ ...event, capacity: null, held: 4 })).toEqual({ kind: 'unlimited' });
  });

  it('has free places beside a line where those who wait need more of them', () => {
    expect(placeState({ ...event, waiting: 1, partyMost: 5 })).toEqual({ kind: 'free', left: 4, few: false });
    expect(placeState({ ...event, waiting: 1 })).toEqual({ kind: 'waiting_list', waiting: 1 });
    expect(placeState({ ...event, taken: 10, waiting: 1, partyMost: 5 })).toEqual({
      kind: 'waiting_list',
      waiting: 1,
    });
  });
});

describe('overBy', () => {
  it('is by how many places more are taken than there are', () => {
    expect(overBy({ ...event, taken: 12 })).toBe(2);
    expect(overBy(event)).toBe(0);
    expect(overBy({ ...event, capacity: null })).toBe(0);
  });
});
