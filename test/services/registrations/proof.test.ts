import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proofTimes } from '../../../src/services/registrations/proof.ts';
import { wallOf } from '../../../src/shared/time.ts';

const zone = 'Europe/London';
const times = (now: string, hours: number, starts: string, where = zone) => {
  const found = proofTimes(new Date(now), { hours, startsAt: new Date(starts), zone: where });
  const wall = (at: Date | null) => at && wallOf(at, where);
  return found && [wall(found.until), wall(found.remindAt)];
};

describe('how long an address has to be proved', () => {
  it('counts from registering, and reminds half-way by day', () => {
    expect(times('2026-05-01T12:00Z', 24, '2026-05-30T18:00Z')).toEqual([
      '2026-05-02T13:00',
      '2026-05-02T08:00',
    ]);
    expect(times('2026-05-01T08:00Z', 6, '2026-05-30T18:00Z')).toEqual([
      '2026-05-01T15:00',
      '2026-05-01T12:00',
    ]);
  });

  it('ends at no hour at which nobody reads mail', () => {
    expect(times('2026-05-01T18:00Z', 4, '2026-05-30T18:00Z')).toEqual([
      '2026-05-02T10:00',
      '2026-05-02T08:00',
    ]);
    expect(times('2026-05-01T00:00Z', 1, '2026-05-30T18:00Z')![0]).toBe('2026-05-01T10:00');
  });

  it('ends two hours before the event at the latest, with a reminder the evening before where the morning is too late', () => {
    expect(times('2026-05-29T15:00Z', 24, '2026-05-30T08:00Z')).toEqual([
      '2026-05-30T07:00',
      '2026-05-29T21:00',
    ]);
    expect(times('2026-05-30T15:20Z', 24, '2026-05-30T18:00Z')).toEqual(['2026-05-30T17:00', null]);
  });

  it('asks nobody when there is less than half an hour left', () => {
    expect(times('2026-05-30T15:30Z', 24, '2026-05-30T18:00Z')).toEqual(['2026-05-30T17:00', null]);
    expect(times('2026-05-30T15:31Z', 24, '2026-05-30T18:00Z')).toBeUndefined();
    expect(times('2026-05-30T19:00Z', 24, '2026-05-30T18:00Z')).toBeUndefined();
  });

  it('stands on the night on which the clocks change', () => {
    // At one in the morning of 29 March the clocks go on to two.
    expect(times('2026-03-28T20:00Z', 5, '2026-04-30T18:00Z')).toEqual([
      '2026-03-29T10:00',
      '2026-03-29T08:00',
    ]);
  });

  it('is never shorter than half an hour, after the start, nor at night unless the event is so early', () => {
    const minutes = (from: number, to: number) => fc.integer({ min: from, max: to });
    fc.assert(
      fc.property(
        minutes(0, 400 * 1440),
        minutes(-600, 20 * 1440),
        fc.integer({ min: 1, max: 168 }),
        fc.constantFrom('Europe/London', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia', 'UTC'),
        (at, ahead, hours, where) => {
          const now = new Date(Date.UTC(2026, 0, 1) + at * 60_000);
          const startsAt = new Date(now.getTime() + ahead * 60_000);
          const found = proofTimes(now, { hours, startsAt, zone: where });
          if (!found) {
            expect(ahead).toBeLessThan(150);
            return;
          }
          const { until, remindAt } = found;
          expect(until.getTime() - now.getTime()).toBeGreaterThanOrEqual(30 * 60_000);
          expect(startsAt.getTime() - until.getTime()).toBeGreaterThanOrEqual(120 * 60_000);
          const hour = Number(wallOf(until, where).slice(11, 13));
          if (startsAt.getTime() - until.getTime() > 120 * 60_000) {
            expect(until.getTime() - now.getTime()).toBeGreaterThanOrEqual(hours * 3_600_000);
            expect(hour >= 10 && hour < 22).toBe(true);
          }
          if (!remindAt) return;
          const remind = Number(wallOf(remindAt, where).slice(11, 13));
          expect(remind >= 8 && remind < 22).toBe(true);
          expect(remindAt > now && remindAt < until).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  }, 60_000);
});
