import { type Entry, type Given, icalendar } from './ical.ts';

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

/** Events as iCalendar. */
export const calendar = (events: CalendarEvent[], given: Given): string =>
  icalendar(
    events.map((event) => entry(event, given.baseUrl)),
    given,
  );

function entry(event: CalendarEvent, baseUrl: string): Entry {
  const url = `${baseUrl}/events/${event.slug}`;
  return {
    id: `event-${event.id}`,
    sequence: event.version,
    stamp: event.updatedAt,
    startsAt: event.startsAt,
    endsAt: event.endsAt,
    zone: event.zone,
    summary: event.name,
    description: [event.summary, url],
    location: [event.venueName, event.venueAddress],
    url,
    cancelled: event.state === 'cancelled',
  };
}
