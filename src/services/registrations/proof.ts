import { dayAfter, dayOf, startOfDay, wallOf } from '../../shared/time.ts';
import { tellableAt } from './offers.ts';
import { leastProof } from './rules.ts';

/** Until when somebody is asked to prove their address, and when they are reminded. */
export type ProofTimes = { until: Date; remindAt: Date | null };

const hour = 3_600_000;
/** It ends so long before the event begins: the next must still get there. */
const before = 2 * hour;
/** An end that falls into the night, or before people have read their mail, is put off until then. */
const nightly = 22;
const read = 10;

/**
 * Rule 10. The hours count from `now`. Undefined when there is not even half an hour left before the event: then nobody
 * is asked. No end is at night, unless the event is so early.
 */
export function proofTimes(
  now: Date,
  { hours, startsAt, zone }: { hours: number; startsAt: Date; zone: string },
): ProofTimes | undefined {
  const asked = byDay(new Date(now.getTime() + hours * hour), zone);
  const until = new Date(Math.min(asked.getTime(), startsAt.getTime() - before));
  if (until.getTime() - now.getTime() < leastProof) return undefined;
  return { until, remindAt: reminder(now, until, zone) };
}

function byDay(at: Date, zone: string): Date {
  const clock = Number(wallOf(at, zone).slice(11, 13));
  if (clock >= read && clock < nightly) return at;
  const today = dayOf(at, zone);
  return startOfDay(clock < read ? today : dayAfter(today), zone, read);
}

/** In the middle of the time, by day; where that is too late, the evening before. Null when the time is short. */
function reminder(now: Date, until: Date, zone: string): Date | null {
  const middle = new Date((now.getTime() + until.getTime()) / 2);
  const evening = startOfDay(dayOf(middle, zone), zone, nightly - 1);
  const inTime = (at: Date) =>
    at.getTime() - now.getTime() >= leastProof && until.getTime() - at.getTime() >= leastProof;
  return [tellableAt(middle, zone), evening].find(inTime) ?? null;
}
