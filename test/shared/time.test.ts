import { describe, expect, it } from 'vitest';
import { elapsed, relative } from '../../src/shared/time.ts';

const at = (text: string) => new Date(text);

describe('days are counted by the calendar of the zone', () => {
  const sunday = at('2026-05-24T18:30:00+01:00');
  it.each([
    ['2026-05-24T20:00:00+01:00', 'in 2 hours'],
    ['2026-05-25T06:00:00+01:00', 'in 12 hours'],
    ['2026-05-25T19:00:00+01:00', 'tomorrow'],
    ['2026-05-27T09:00:00+01:00', 'in 3 days'],
    ['2026-05-27T19:00:00+01:00', 'in 3 days'],
    ['2026-05-28T09:00:00+01:00', 'in 4 days'],
    ['2026-05-28T22:00:00+01:00', 'in 4 days'],
    ['2026-06-14T09:00:00+01:00', 'in 3 weeks'],
    ['2026-05-23T09:00:00+01:00', 'yesterday'],
    ['2026-05-21T23:00:00+01:00', '3 days ago'],
  ])('on Sunday evening, %s is %s', (then, said) => {
    expect(relative(at(then), sunday, 'Europe/London', 'en-GB')).toBe(said);
  });

  it('whose day it is, is the question of the zone', () => {
    const then = at('2026-05-26T22:30:00Z');
    const now = at('2026-05-24T09:00:00Z');
    expect(relative(then, now, 'Europe/London', 'en-GB')).toBe('in 2 days');
    expect(relative(then, now, 'Asia/Tokyo', 'en-GB')).toBe('in 3 days');
  });

  it('a day that has 23 hours, or 25, is a day', () => {
    const zone = 'Europe/Berlin';
    expect(relative(at('2026-03-30T00:30:00+02:00'), at('2026-03-28T23:30:00+01:00'), zone, 'en')).toBe(
      'in 2 days',
    );
    expect(relative(at('2026-10-26T23:30:00+01:00'), at('2026-10-24T00:30:00+02:00'), zone, 'en')).toBe(
      'in 2 days',
    );
  });

  it('in German', () => {
    expect(relative(at('2026-05-26T19:00:00Z'), sunday, 'Europe/Berlin', 'de')).toBe('übermorgen');
  });
});

describe('what belongs to no place', () => {
  const now = at('2026-05-24T00:30:00Z');
  it.each([
    ['2026-05-24T00:29:40Z', 'this minute'],
    ['2026-05-23T23:31:00Z', '59 minutes ago'],
    ['2026-05-23T23:30:20Z', '1 hour ago'],
    ['2026-05-22T18:30:00Z', '30 hours ago'],
    ['2026-05-20T18:30:00Z', '3 days ago'],
  ])('%s is %s', (then, said) => expect(elapsed(at(then), now, 'en-GB')).toBe(said));
});
