import { Temporal } from 'temporal-polyfill';
import { locale, ownZone } from './spoken.ts';

/** Wall time as a form gives it: `2026-05-30T19:00`. */
export type Wall = string;

/** Which of the two instants is meant when clocks go back and a wall time happens twice. */
export type Fold = 'earlier' | 'later';

type Instant =
  | { at: Date }
  | { code: 'time' | 'zone' }
  | { code: 'time_gap' | 'time_twice'; options: [Date, Date] };

export function isZone(zone: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(zone);
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

/**
 * The instant of a wall time in an IANA zone. A time that the clock skips is refused with the instants before and after
 * the gap; one that happens twice is refused with both, unless `fold` says which.
 */
export function instantOf(wall: Wall, zone: string, fold?: Fold): Instant {
  if (!isZone(zone)) return { code: 'zone' };
  const plain = parseWall(wall);
  if (!plain) return { code: 'time' };
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.equals(later)) return { at: dateOf(earlier) };
  const exists = earlier.toPlainDateTime().equals(plain);
  if (exists && fold) return { at: dateOf(fold === 'earlier' ? earlier : later) };
  return { code: exists ? 'time_twice' : 'time_gap', options: [dateOf(earlier), dateOf(later)] };
}

/** The wall time of an instant in a zone, as a form wants it. */
export const wallOf = (at: Date, zone: string): Wall =>
  zoned(at, zone).toPlainDateTime().toString({ smallestUnit: 'minute' });

/** The instant as Temporal knows it: what calendar files are made from. */
export const zoned = (at: Date, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);

/** The day of an instant in a zone: `2026-05-30`. */
export const dayOf = (at: Date, zone: string): string =>
  // Swedes write days as ISO 8601 has them; far quicker than Temporal's polyfill.
  part(at, zone, 'sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** The instant so many days later at the same wall time (a later copy of an event keeps its hour across a clock change). */
export const plusDays = (at: Date, zone: string, days: number): Date => dateOf(zoned(at, zone).add({ days }));

/** `2026-05-30T19:00:00+01:00`. */
export const withOffset = (at: Date, zone: string): string =>
  zoned(at, zone).toString({ timeZoneName: 'never', smallestUnit: 'second' });

/** The day that people mean when theirs begins at that hour: one in the morning belongs to the evening before. */
export const dayFrom = (hour: number, at: Date, zone: string): string =>
  zoned(at, zone).toPlainDateTime().subtract({ hours: hour }).toPlainDate().toString();

/** When that day begins: at the hour, or as soon after it as clocks show. */
export const startOfDay = (day: string, zone: string, hour = 0): Date =>
  dateOf(Temporal.PlainDate.from(day).toPlainDateTime({ hour }).toZonedDateTime(zone));

/** The day after: `2026-05-31` for `2026-05-30`. */
export const dayAfter = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();
/** The wall time so many days later, whether or not the clocks have it on that day. */
export const wallPlusDays = (wall: Wall, days: number): Wall =>
  Temporal.PlainDateTime.from(wall).add({ days }).toString({ smallestUnit: 'minute' });

/** From one day (`2026-05-30`) to another; undefined for what is no day. */
export function daysBetween(from: string, to: string): number | undefined {
  try {
    return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
  } catch {
    return undefined;
  }
}

/** `Friday 30 May 2026`. */
export const longDay = (at: Date, zone: string, language = locale()): string =>
  part(at, zone, language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).replace(
    ',',
    '',
  );

/** `Fri 30 May`: year left out. */
export const shortDay = (at: Date, zone: string, language = locale()): string =>
  part(at, zone, language, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');

/** `19:00`. */
export const clock = (at: Date, zone: string, language = locale()): string =>
  part(at, zone, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `Fri 30 May, 19:00 (London)`, and by the listener's clock after that where it is another: `, 20:00 (Berlin)`. */
export const moment = (at: Date, zone: string, language = locale()): string =>
  byBothClocks(
    at,
    at,
    zone,
    language,
    (in_) => `${shortDay(at, in_, language)}, ${clock(at, in_, language)}`,
  );

/** `London` of `Europe/London`: how a zone is named to people. */
export const zoneName = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** The zone of a list of times, with how far the listener's clock is from it then: `London`, or `London; Berlin +1 h`. */
export function zoneNote(zone: string, at: Date): string {
  const own = ownZone();
  const minutes = own ? (zoned(at, own).offsetNanoseconds - zoned(at, zone).offsetNanoseconds) / 60e9 : 0;
  if (!own || minutes === 0) return zoneName(zone);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const off = `${minutes < 0 ? '−' : '+'}${hours}${rest > 0 ? `:${String(rest).padStart(2, '0')}` : ''} h`;
  return `${zoneName(zone)}; ${zoneName(own)} ${off}`;
}

/**
 * `Fri 30 May, 19:00–22:00 (London)`; over several days `Fri 30 May, 09:00 – Sat 31 May, 17:00 (London)`. By the listener's clock after that
 * where it is another: `, 20:00–23:00 (Berlin)`, with its days where those differ too.
 */
export const when = (start: Date, end: Date, zone: string, language = locale()): string =>
  byBothClocks(start, end, zone, language, (in_) => {
    const from = `${shortDay(start, in_, language)}, ${clock(start, in_, language)}`;
    if (dayOf(start, in_) === dayOf(end, in_)) return `${from}–${clock(end, in_, language)}`;
    return `${from} – ${shortDay(end, in_, language)}, ${clock(end, in_, language)}`;
  });

function byBothClocks(
  start: Date,
  end: Date,
  zone: string,
  language: string,
  say: (zone: string) => string,
): string {
  const there = `${say(zone)} (${zoneName(zone)})`;
  const own = ownZone();
  if (!own || wallOf(start, own) === wallOf(start, zone)) return there;
  const here = `${say(own)} (${zoneName(own)})`;
  const day = `${shortDay(start, zone, language)}, `;
  const sameDays =
    here.startsWith(day) && dayOf(end, own) === dayOf(end, zone) && dayOf(start, own) === dayOf(end, own);
  return `${there}, ${sameDays ? here.slice(day.length) : here}`;
}

/**
 * `in 3 days`, `tomorrow`, `2 hours ago`: days are counted by the calendar of the zone, as people count them. On a Sunday
 * evening Wednesday is in three days and Thursday in four, whatever the hour.
 */
export function relative(at: Date, now: Date, zone: string, language = locale()): string {
  const hours = (at.getTime() - now.getTime()) / 3_600_000;
  const days = daysBetween(dayOf(now, zone), dayOf(at, zone))!;
  if (days === 0 || Math.abs(hours) < 12) return elapsed(at, now, language);
  const words = relativeFormat(language);
  return Math.abs(days) < 21 ? words.format(days, 'day') : words.format(Math.round(days / 7), 'week');
}

/** `in 5 minutes`, `36 hours ago`: the time that lies between, for what belongs to no place. */
export function elapsed(at: Date, now: Date, language = locale()): string {
  const words = relativeFormat(language);
  const minutes = (at.getTime() - now.getTime()) / 60_000;
  if (Math.abs(minutes) < 59.5) return words.format(Math.round(minutes), 'minute');
  if (Math.abs(minutes) < 60 * 47.5) return words.format(Math.round(minutes / 60), 'hour');
  return words.format(Math.round(minutes / 1440), 'day');
}

function parseWall(wall: Wall): Temporal.PlainDateTime | undefined {
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/.test(wall)) return undefined;
  try {
    return Temporal.PlainDateTime.from(wall.replace(' ', 'T'), { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

const dateOf = (at: Temporal.ZonedDateTime): Date => new Date(at.epochMilliseconds);

const formats = new Map<string, Intl.DateTimeFormat>();
const relativeFormats = new Map<string, Intl.RelativeTimeFormat>();

function relativeFormat(language: string): Intl.RelativeTimeFormat {
  const known = relativeFormats.get(language);
  if (known) return known;
  const made = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  relativeFormats.set(language, made);
  return made;
}

function part(at: Date, zone: string, language: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${language} ${zone} ${Object.keys(options).join()} ${options.weekday}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    formats.set(key, format);
  }
  return format.format(at);
}
