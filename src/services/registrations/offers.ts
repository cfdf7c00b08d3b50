import { dayAfter, dayOf, startOfDay, wallOf } from '../../shared/time.ts';

/** When an offer is told, and until when it stands. */
export type OfferTimes = { tellAt: Date; expiresAt: Date };

/** Nobody is written to from ten in the evening until eight in the morning of the event's zone. */
const evening = 22;
const morning = 8;

const minute = 60_000;
/** An offer ends so long before the event begins: whoever takes it must still get there, and the next be asked. */
const before = 120 * minute;
const least = 30 * minute;

/** The moment itself by day, else the morning that follows. */
export function tellableAt(now: Date, zone: string): Date {
  const hour = Number(wallOf(now, zone).slice(11, 13));
  if (hour >= morning && hour < evening) return now;
  const today = dayOf(now, zone);
  return startOfDay(hour < morning ? today : dayAfter(today), zone, morning);
}

/**
 * Rule 7. The hours count from when the offer is told; near the event there are fewer. Undefined when there is no time left to
 * ask: then the places are given at once.
 */
export function offerTimes(
  now: Date,
  { hours, startsAt, zone }: { hours: number; startsAt: Date; zone: string },
): OfferTimes | undefined {
  const tellAt = tellableAt(now, zone);
  const last = startsAt.getTime() - before;
  const expiresAt = Math.min(tellAt.getTime() + hours * 60 * minute, last);
  return expiresAt - tellAt.getTime() < least ? undefined : { tellAt, expiresAt: new Date(expiresAt) };
}
