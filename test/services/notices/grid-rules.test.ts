import { describe, expect, it } from 'vitest';
import {
  fateOf,
  forMailbox,
  stillToTell,
  type ToldSession,
} from '../../../src/services/notices/grid-rules.ts';
import { noon } from '../../support/factories.ts';

const red = { room: 'Red', startsAt: '2026-05-30T09:00:00.000Z', endsAt: '2026-05-30T09:30:00.000Z' };
const blue = { ...red, room: 'Blue' };
const at = (cell: typeof red) => ({
  room: cell.room,
  startsAt: new Date(cell.startsAt),
  endsAt: new Date(cell.endsAt),
});
const session = (more: Partial<ToldSession> = {}): ToldSession => ({
  number: 1,
  title: 'Feeds',
  before: red,
  after: blue,
  place: at(blue),
  withdrawn: false,
  host: false,
  starred: true,
  ...more,
});
const event = { state: 'published' as const, endsAt: new Date('2026-05-30T17:00:00Z') };
const told = (more: Partial<ToldSession>, now = noon, of: Parameters<typeof stillToTell>[1] = event) =>
  stillToTell([session(more)], of, now).length;

describe('what became of a session', () => {
  it.each([
    [{}, 'moved'],
    [{ before: null }, 'placed'],
    [{ after: null, place: null }, 'unplaced'],
    [{ after: null, place: null, withdrawn: true }, 'withdrawn'],
    [{ before: null, after: null, place: null, withdrawn: true }, 'withdrawn'],
    [{ before: null, after: null, place: null }, undefined],
  ])('%j: %s', (more, fate) => {
    expect(fateOf(session(more))).toBe(fate);
  });
});

describe('a change is told', () => {
  it('while the session is where it says: what came later has a notice of its own', () => {
    expect(told({})).toBe(1);
    expect(told({ place: at(red) })).toBe(0);
    expect(told({ place: { ...at(blue), startsAt: noon } })).toBe(0);
    expect(told({ place: null })).toBe(0);
    expect(told({ place: null, withdrawn: true })).toBe(0);
    expect(told({ after: null })).toBe(0);
    expect(told({ after: null, place: null })).toBe(1);
    // Withdrawn, and proposed again before anybody was told.
    expect(told({ before: null, after: null, place: null })).toBe(0);
  });

  it('to those whom it still concerns', () => {
    expect(told({ starred: false })).toBe(0);
    expect(told({ starred: false, host: true })).toBe(1);
  });

  it('until the session is over, or its event is, or is off', () => {
    expect(told({}, new Date('2026-05-30T09:29:59Z'))).toBe(1);
    expect(told({}, new Date('2026-05-30T09:30:00Z'))).toBe(0);
    expect(told({ after: null, place: null }, new Date('2026-05-30T09:30:00Z'))).toBe(0);
    expect(told({}, noon, { ...event, endsAt: noon })).toBe(0);
    expect(told({}, noon, { ...event, state: 'cancelled' })).toBe(0);
  });

  it('by mail to who wants none only of what they hold', () => {
    const both = [session(), session({ number: 2, host: true })];
    expect(forMailbox(both, true)).toHaveLength(2);
    expect(forMailbox(both, false).map((one) => one.number)).toEqual([2]);
  });
});
