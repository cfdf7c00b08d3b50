import { describe, expect, it } from 'vitest';
import { offerTimes, tellableAt } from '../../../src/services/registrations/offers.ts';
import { instantOf, withOffset } from '../../../src/shared/time.ts';

const at = (wall: string, zone: string, fold?: 'earlier' | 'later') => {
  const read = instantOf(wall, zone, fold);
  if ('at' in read) return read.at;
  throw new Error(`${wall} is not a time in ${zone}`);
};
const london = 'Europe/London';
const kolkata = 'Asia/Kolkata';
const lordHowe = 'Australia/Lord_Howe';
const newYork = 'America/New_York';

/** Zone, now, hours, start; then when it is told and when it ends, with the zone's offset then. */
const table: [string, string, string, number, string, string | undefined, string?][] = [
  ['by day at once', london, '2026-05-11T10:00', 24, '2026-05-30T19:00', '11T10:00+01:00', '12T10:00+01:00'],
  [
    'at 21:59 at once',
    london,
    '2026-05-11T21:59',
    12,
    '2026-05-30T19:00',
    '11T21:59+01:00',
    '12T09:59+01:00',
  ],
  [
    'at 22:00 in the morning',
    london,
    '2026-05-11T22:00',
    24,
    '2026-05-30T19:00',
    '12T08:00+01:00',
    '13T08:00+01:00',
  ],
  [
    'after midnight the same day',
    london,
    '2026-05-12T00:30',
    6,
    '2026-05-30T19:00',
    '12T08:00+01:00',
    '12T14:00+01:00',
  ],
  [
    'at 07:59 at eight',
    london,
    '2026-05-12T07:59',
    6,
    '2026-05-30T19:00',
    '12T08:00+01:00',
    '12T14:00+01:00',
  ],
  ['at 08:00 at once', london, '2026-05-12T08:00', 6, '2026-05-30T19:00', '12T08:00+01:00', '12T14:00+01:00'],
  [
    'two hours before the start at the latest',
    london,
    '2026-05-30T10:00',
    24,
    '2026-05-30T19:00',
    '30T10:00+01:00',
    '30T17:00+01:00',
  ],
  [
    'half an hour at least',
    london,
    '2026-05-30T16:30',
    24,
    '2026-05-30T19:00',
    '30T16:30+01:00',
    '30T17:00+01:00',
  ],
  ['then not any more', london, '2026-05-30T16:31', 24, '2026-05-30T19:00', undefined],
  ['not in the night before a morning', london, '2026-05-29T23:00', 24, '2026-05-30T09:30', undefined],
  [
    'but if the morning is long enough',
    london,
    '2026-05-29T23:00',
    24,
    '2026-05-30T10:30',
    '30T08:00+01:00',
    '30T08:30+01:00',
  ],
  ['not once it has begun', london, '2026-05-30T20:00', 24, '2026-05-30T19:00', undefined],
  // Clocks go forward on Sunday 29 March 2026 in London: 24 hours end an hour later by the clock.
  [
    'over the spring change',
    london,
    '2026-03-28T10:00',
    24,
    '2026-04-30T19:00',
    '28T10:00+00:00',
    '29T11:00+01:00',
  ],
  [
    'told on the morning of the spring change',
    london,
    '2026-03-28T23:30',
    24,
    '2026-04-30T19:00',
    '29T08:00+01:00',
    '30T08:00+01:00',
  ],
  // They go back on Sunday 25 October.
  [
    'over the autumn change',
    london,
    '2026-10-24T10:00',
    24,
    '2026-11-30T19:00',
    '24T10:00+01:00',
    '25T09:00+00:00',
  ],
  [
    'told on the morning of the autumn change',
    london,
    '2026-10-24T22:30',
    24,
    '2026-11-30T19:00',
    '25T08:00+00:00',
    '26T08:00+00:00',
  ],
  [
    'in a zone of half hours',
    kolkata,
    '2026-05-11T22:15',
    24,
    '2026-05-30T19:00',
    '12T08:00+05:30',
    '13T08:00+05:30',
  ],
  [
    'where clocks change by half an hour',
    lordHowe,
    '2026-10-03T23:00',
    10,
    '2026-11-30T19:00',
    '04T08:00+11:00',
    '04T18:00+11:00',
  ],
  [
    'and over that change',
    lordHowe,
    '2026-10-03T12:00',
    24,
    '2026-11-30T19:00',
    '03T12:00+10:30',
    '04T12:30+11:00',
  ],
  ['and back', lordHowe, '2026-04-04T12:00', 24, '2026-05-30T19:00', '04T12:00+11:00', '05T11:30+10:30'],
  [
    'across the ocean, spring',
    newYork,
    '2026-03-07T22:00',
    24,
    '2026-04-30T19:00',
    '08T08:00-04:00',
    '09T08:00-04:00',
  ],
];

describe('offerTimes', () => {
  it.each(table)('%s', (_what, zone, now, hours, startsAt, tellAt, expiresAt) => {
    const times = offerTimes(at(now, zone), { hours, startsAt: at(startsAt, zone), zone });
    const shown = (time: Date) => withOffset(time, zone).slice(8).replace(':00+', '+').replace(':00-', '-');
    expect(times && [shown(times.tellAt), shown(times.expiresAt)]).toEqual(
      tellAt === undefined ? undefined : [tellAt, expiresAt],
    );
  });

  it('is the same in both of the hours that come twice: nobody is woken', () => {
    for (const fold of ['earlier', 'later'] as const)
      expect(tellableAt(at('2026-10-25T01:30', london, fold), london)).toEqual(
        at('2026-10-25T08:00', london),
      );
  });

  it('never tells by night, never ends before half an hour is over, nor later than two hours before the start', () => {
    for (let quarter = 0; quarter < 4 * 24 * 30; quarter++) {
      const now = new Date(Date.UTC(2026, 9, 10) + quarter * 900_000);
      const startsAt = new Date(Date.UTC(2026, 10, 8, 18));
      for (const zone of [london, kolkata, newYork]) {
        const times = offerTimes(now, { hours: 24, startsAt, zone });
        if (!times) continue;
        const hour = Number(withOffset(times.tellAt, zone).slice(11, 13));
        expect(hour >= 8 && hour < 22 && times.tellAt >= now).toBe(true);
        const lasts = times.expiresAt.getTime() - times.tellAt.getTime();
        expect(lasts >= 1_800_000 && lasts <= 24 * 3_600_000).toBe(true);
        expect(startsAt.getTime() - times.expiresAt.getTime()).toBeGreaterThanOrEqual(7_200_000);
      }
    }
  });
});
