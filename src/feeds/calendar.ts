import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { tzlib_get_ical_block, tzlib_get_timezones } from 'timezones-ical-library';
import { clean } from '../shared/form.ts';
import { oneLine } from '../shared/message.ts';
import { zoned } from '../shared/time.ts';

/** What a calendar shows of an event; nothing of any attendee. */
export type CalendarEvent = {
  id: number;
  slug: string;
  kind: string;
  name: string;
  summary: string;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  venueName: string;
  venueAddress: string;
  state: string;
  version: number;
  updatedAt: Date;
};

type Given = { name: string; baseUrl: string; publish?: boolean };

/**
 * Events as iCalendar (RFC 5545): wall times with their zone and its VTIMEZONE, an UID that stays, a SEQUENCE that
 * rises with each change. `publish`: METHOD:PUBLISH, for a file that is mailed (RFC 5546).
 */
export function calendar(events: CalendarEvent[], { name, baseUrl, publish }: Given): string {
  const made = ical({
    name: line(name),
    prodId: { company: 'Turnout', product: 'Turnout', language: 'EN' },
    timezone: { name: null, generator: (zone) => zoneBlock(zone)?.text ?? null },
    ...(publish ? { method: ICalCalendarMethod.PUBLISH } : { ttl: 3600 }),
  });
  for (const event of events) made.createEvent(entry(event, baseUrl));
  return made.toString();
}

function entry(event: CalendarEvent, baseUrl: string) {
  const zone = zoneToWrite(event);
  const url = `${baseUrl}/events/${event.slug}`;
  const at = (time: Date) => zoned(time, zone ?? 'UTC');
  const place = [event.venueName, event.venueAddress].map(line).filter(Boolean).join(', ');
  return {
    id: `event-${event.id}@${new URL(baseUrl).hostname}`,
    sequence: event.version,
    stamp: event.updatedAt,
    start: at(event.startsAt),
    end: at(event.endsAt),
    timezone: zone ?? null,
    summary: line(event.name),
    description: [clean(event.summary), url].filter(Boolean).join('\n\n'),
    ...(place ? { location: place } : {}),
    url,
    status: event.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  };
}

/** Undefined, which means UTC, also for times that a wall clock cannot tell: the later of two hours of the same name. */
function zoneToWrite({ zone, startsAt, endsAt }: CalendarEvent): string | undefined {
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
