import { clock, dayOf } from '../../shared/time.ts';

type Timed = { startsAt: Date; endsAt: Date };
export type GridDay<S extends Timed> = { day: string; slots: S[] };

/**
 * The slots (in order of time) by the days that people mean: what goes on after midnight belongs to the evening before,
 * until a pause of three hours or six in the morning. `day`: `2026-05-30`, in the event's zone.
 */
export function gridDays<S extends Timed>(slots: S[], zone: string): GridDay<S>[] {
  const days: GridDay<S>[] = [];
  for (const slot of slots) {
    const day = days.at(-1);
    const last = day?.slots.at(-1);
    if (day && last && (dayOf(slot.startsAt, zone) === day.day || goesOn(last, slot, zone)))
      day.slots.push(slot);
    else days.push({ day: dayOf(slot.startsAt, zone), slots: [slot] });
  }
  return days;
}

const goesOn = (last: Timed, next: Timed, zone: string): boolean =>
  clock(next.startsAt, zone) < '06:00' && next.startsAt.getTime() - last.endsAt.getTime() < 3 * 3600_000;

/** The slots at a moment, and those that come next: all that begin at the first time after it. */
export function nowAndNext<S extends Timed>(slots: S[], now: Date): { now: S[]; next: S[] } {
  const coming = slots.filter((slot) => slot.startsAt > now);
  const first = Math.min(...coming.map((slot) => slot.startsAt.getTime()));
  return {
    now: slots.filter((slot) => slot.startsAt <= now && slot.endsAt > now),
    next: coming.filter((slot) => slot.startsAt.getTime() === first),
  };
}
