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
    timezone: { name: null, generator: (zone) => zoneBlock(zone)?.text ?? null },
    ...(publish ? { method: ICalCalendarMethod.PUBLISH } : { ttl: 3600 }),
  });
  const host = new URL(baseUrl).hostname;
  for (const entry of entries) made.createEvent(component(entry, host));
  return made.toString();
}

function component(entry: Entry, host: string) {
  const zone = zoneToWrite(entry);
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

/** Undefined, which means UTC, also for times that a wall clock cannot tell: the later of two hours of the same name. */
function zoneToWrite({ zone, startsAt, endsAt }: Entry): string | undefined {
  const id = zoneBlock(zone)?.id;
  const told = [startsAt, endsAt].every((time) => {
    const exact = zoned(time, zone);
    return exact.toPlainDateTime().toZonedDateTime(zone).equals(exact);
  });
  return told ? id : undefined;
}

type ZoneBlock = { id: string; text: string };

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
  return { id: id.replace(/^TZID=/, ''), text };
}

const line = (text: string) => oneLine(clean(text));
