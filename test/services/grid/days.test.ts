import { describe, expect, it } from 'vitest';
import { gridDays, nowAndNext } from '../../../src/services/grid/days.ts';

const slot = (startsAt: string, minutes = 30) => ({
  startsAt: new Date(startsAt),
  endsAt: new Date(new Date(startsAt).getTime() + minutes * 60_000),
});
const daysOf = (slots: ReturnType<typeof slot>[], zone: string) =>
  gridDays(slots, zone).map(({ day, slots }) => `${day}: ${slots.length}`);

describe('the days of a grid', () => {
  it('are those of the event’s zone', () => {
    const slots = [slot('2026-05-30T22:00Z'), slot('2026-05-31T22:00Z')];
    expect(daysOf(slots, 'UTC')).toEqual(['2026-05-30: 1', '2026-05-31: 1']);
    expect(daysOf(slots, 'Asia/Tokyo')).toEqual(['2026-05-31: 1', '2026-06-01: 1']);
  });

  it('go on after midnight, until a pause or six in the morning', () => {
    const night = [slot('2026-05-30T22:00Z', 120), slot('2026-05-31T00:00Z', 60), slot('2026-05-31T01:30Z')];
    expect(daysOf(night, 'UTC')).toEqual(['2026-05-30: 3']);
    expect(daysOf([...night, slot('2026-05-31T06:00Z')], 'UTC')).toEqual(['2026-05-30: 3', '2026-05-31: 1']);
    expect(daysOf([slot('2026-05-30T20:00Z'), slot('2026-05-31T04:00Z')], 'UTC')).toEqual([
      '2026-05-30: 1',
      '2026-05-31: 1',
    ]);
  });

  it('hold both hours of the same name when clocks go back', () => {
    const slots = [slot('2026-10-25T00:30Z'), slot('2026-10-25T01:30Z')];
    expect(daysOf(slots, 'Europe/London')).toEqual(['2026-10-25: 2']);
    expect(daysOf([], 'Europe/London')).toEqual([]);
  });
});

describe('now and next', () => {
  const slots = [slot('2026-05-30T10:00Z'), slot('2026-05-30T10:30Z'), slot('2026-05-30T12:00Z')];
  const at = (time: string) => {
    const { now, next } = nowAndNext(slots, new Date(time));
    return [now, next].map((some) => some.map((one) => one.startsAt.toISOString().slice(11, 16)));
  };

  it('are what has begun and not ended, and what begins first after that', () => {
    expect(at('2026-05-30T09:00Z')).toEqual([[], ['10:00']]);
    expect(at('2026-05-30T10:00Z')).toEqual([['10:00'], ['10:30']]);
    expect(at('2026-05-30T10:30Z')).toEqual([['10:30'], ['12:00']]);
    expect(at('2026-05-30T11:30Z')).toEqual([[], ['12:00']]);
    expect(at('2026-05-30T12:30Z')).toEqual([[], []]);
  });
});
