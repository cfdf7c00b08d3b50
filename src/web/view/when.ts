import { clock, dayOf, longDay, relative, when, zoneName } from '../../shared/time.ts';
import { t } from '../../words/words.ts';

/** When an event is, in two lines: `Friday 30 May 2026` and `19:00–22:00 (London)`; and for machines. */
export type When = { day: string; hours: string; relative: string; starts: string; ends: string };

type Timed = { startsAt: Date; endsAt: Date; zone: string };

export function whenView(event: Timed, now: Date): When {
  const { startsAt, endsAt, zone } = event;
  const day = longDay(startsAt, zone);
  return {
    ...(isOneDay(event)
      ? { day, hours: hours(event) }
      : {
          day: `${day}, ${clock(startsAt, zone)}`,
          hours: t('site:until', {
            moment: `${longDay(endsAt, zone)}, ${clock(endsAt, zone)}${named(zone)}`,
          }),
        }),
    relative: relative(startsAt, now, zone),
    starts: startsAt.toISOString(),
    ends: endsAt.toISOString(),
  };
}

/** `19:00–22:00 (London)`, where the day stands above it anyway; with both days when it takes several. */
export const hoursOf = (event: Timed): string => (isOneDay(event) ? hours(event) : daysOf(event));

/** `Fri 30 May, 19:00–22:00 (London)`, broken into lines between its two ends only. */
export const daysOf = ({ startsAt, endsAt, zone }: Timed): string => {
  const ends = when(startsAt, endsAt, zone).split(' – ');
  return ends.length === 1 ? ends[0]! : ends.map((end) => end.replaceAll(' ', '\u00a0')).join(' – ');
};

const isOneDay = ({ startsAt, endsAt, zone }: Timed): boolean =>
  dayOf(startsAt, zone) === dayOf(endsAt, zone);

const hours = ({ startsAt, endsAt, zone }: Timed): string =>
  `${clock(startsAt, zone)}–${clock(endsAt, zone)}${named(zone)}`;

const named = (zone: string): string => ` (${zoneName(zone)})`;
