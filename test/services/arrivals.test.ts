import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound, noShowRate, suggestOverbooking, tooMany } from '../../src/services/arrivals/rules.ts';

/** By every way in which so many people can come or not. */
function byHand(people: number, comes: number, seats: number): number {
  let risk = 0;
  for (let mask = 0; mask < 2 ** people; mask++) {
    const count = mask.toString(2).replaceAll('0', '').length;
    if (count > seats) risk += comes ** count * (1 - comes) ** (people - count);
  }
  return risk;
}

describe('how many do not come', () => {
  it('is a share of those who had places', () => {
    expect(noShowRate({ events: 2, expected: 40, came: 32 })).toBeCloseTo(0.2);
    expect(noShowRate({ events: 0, expected: 0, came: 0 })).toBe(0);
  });

  it('gives the risk that people stand, as counted by hand', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (people, seats, comes) => {
          expect(tooMany(people, comes, seats)).toBeCloseTo(byHand(people, comes, seats), 9);
        },
      ),
      { numRuns: 60 },
    );
    expect(tooMany(600, 0.8, 500)).toBeLessThan(0.5);
  });

  it('suggests places beyond the seats only when enough is known, and never so many that people are likely to stand', () => {
    const past = { events: 5, expected: 200, came: 160 };
    const more = suggestOverbooking(past, 40)!;
    expect(more).toBeGreaterThan(0);
    const comes = 1 - lowerBound(40, 200);
    expect(tooMany(40 + more, comes, 40)).toBeLessThanOrEqual(0.05);
    expect(tooMany(41 + more, comes, 40)).toBeGreaterThan(0.05);
    expect(suggestOverbooking({ events: 5, expected: 200, came: 200 }, 40)).toBe(0);
    expect(suggestOverbooking({ events: 1, expected: 200, came: 100 }, 40)).toBeUndefined();
    expect(suggestOverbooking({ events: 3, expected: 29, came: 10 }, 40)).toBeUndefined();
  });
});
