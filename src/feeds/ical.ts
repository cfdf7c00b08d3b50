import ICAL from 'ical.js';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { tzlib_get_ical_block, tzlib_get_timezones } from 'timezones-ical-library';
import { clean } from '../shared/form.ts';
import { oneLine } from '../shared/message.ts';
import { zoned } from '../shared/time.ts';

/** An entry of a calendar: texts as people typed them, nothing of any attendee. */
export type Entry = {
  /** Stays, whatever else changes: `event-7`. */
  id: string;
  /** Rises with each change. */
  sequence: number;
  stamp: Date;
  startsAt: Date;
  endsAt: Date;
  /** IANA name. */
  zone: string;
  summary: string;
  /** Paragraphs; empty ones are left out. */
  description: string[];
  /** Parts of the place, the nearest first; empty ones are left out. */
  location: string[];
  url: string;
  cancelled: boolean;
  categories?: string[];
};

export type Given = { name: string; baseUrl: string; publish?: boolean };

/**
 * Entries as iCalendar (RFC 5545): wall times with their zone and its VTIMEZONE, an UID that stays, a SEQUENCE that
 * rises with each change. `publish`: METHOD:PUBLISH, for a file that is mailed (RFC 5546).
 */
export function icalendar(entries: Entry[], { name, baseUrl, publish }: Given): string {
  const made = ical({
    name: line(name),
    prodId: { company: 'Turnout', product: 'Turnout', language: 'EN' },
    ...(publish ? { method: ICalCalendarMethod.PUBLISH } : { ttl: 3600 }),
  });
  const host = new URL(baseUrl).hostname;
  const zones = new Map<string, string>();
  for (const entry of entries) {
    const zone = zoneToWrite(entry);
    if (zone) zones.set(zone.id, zone.text);
    made.createEvent(component(entry, host, zone?.id));
  }
  return withZones(made.toString(), [...zones.values()]);
}

/** The library would write zones among the calendar's own properties, which all come before its components (3.4). */
const withZones = (text: string, zones: string[]): string =>
  text.replace('BEGIN:VEVENT', () => [...zones, 'BEGIN:VEVENT'].join('\r\n'));

function component(entry: Entry, host: string, zone?: string) {
  const at = (time: Date) => zoned(time, zone ?? 'UTC');
  const location = entry.location.map(line).filter(Boolean).join(', ');
  const categories = (entry.categories ?? []).map((one) => ({ name: line(one) }));
  return {
    id: `${entry.id}@${host}`,
    sequence: entry.sequence,
    stamp: entry.stamp,
    start: at(entry.startsAt),
    end: at(entry.endsAt),
    timezone: zone ?? null,
    summary: line(entry.summary),
    description: entry.description.map(clean).filter(Boolean).join('\n\n'),
    ...(location ? { location } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    url: entry.url,
    status: entry.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  };
}

/**
 * Undefined, which means UTC, also where a wall clock does not tell the time: of two hours of the same name, and where the
 * zone's description is older or newer than the clocks that this site goes by.
 */
function zoneToWrite({ zone, startsAt, endsAt }: Entry): ZoneBlock | undefined {
  const block = zoneBlock(zone);
  return block && [startsAt, endsAt].every((time) => tells(block, time, zone)) ? block : undefined;
}

function tells({ described }: ZoneBlock, time: Date, zone: string): boolean {
  const exact = zoned(time, zone);
  const wall = exact.toPlainDateTime();
  if (!wall.toZonedDateTime(zone, { disambiguation: 'earlier' }).equals(exact)) return false;
  if (!wall.toZonedDateTime(zone, { disambiguation: 'later' }).equals(exact)) return false;
  const { year, month, day, hour, minute, second } = wall;
  const read = new ICAL.Time({ year, month, day, hour, minute, second, isDate: false }, described);
  return described.utcOffset(read) * 1e9 === exact.offsetNanoseconds;
}

type ZoneBlock = { id: string; text: string; described: ICAL.Timezone };

const zones = new Set(tzlib_get_timezones() as string[]);
const blocks = new Map<string, ZoneBlock | undefined>();

/**
 * The VTIMEZONE of an IANA zone with the name that it has there: an alias is described under its canonical name, and
 * the events must use that. Undefined for UTC, which needs none. Looking one up is slow, and there are few.
 */
function zoneBlock(zone: string): ZoneBlock | undefined {
  if (!blocks.has(zone)) blocks.set(zone, lookUp(zone));
  return blocks.get(zone);
}

function lookUp(zone: string): ZoneBlock | undefined {
  if (!zones.has(zone) || /^(Etc\/)?(UTC|UCT|Zulu|Universal)$/.test(zone)) return undefined;
  const [text, id] = tzlib_get_ical_block(zone) as [string, string];
  const whole = new ICAL.Component(ICAL.parse(`BEGIN:VCALENDAR\r\n${text}\r\nEND:VCALENDAR`));
  const described = new ICAL.Timezone(whole.getFirstSubcomponent('vtimezone')!);
  return { id: id.replace(/^TZID=/, ''), text, described };
}

const line = (text: string) => oneLine(clean(text));
