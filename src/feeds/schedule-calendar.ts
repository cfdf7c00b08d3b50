import { type Entry, icalendar } from './ical.ts';
import { plainText } from './plain-text.ts';

/** The event that a session is of, as a calendar needs it. */
export type CampEvent = {
  id: number;
  slug: string;
  name: string;
  zone: string;
  venueName: string;
  venueAddress: string;
  state: string;
  version: number;
  updatedAt: Date;
};

/** A session that is on the grid of its event, or was. */
export type CampSession = {
  id: number;
  number: number;
  title: string;
  /** Markdown. */
  abstract: string;
  tags: string[];
  hosts: { name: string }[];
  version: number;
  updatedAt: Date;
  /** Where and when it is; of one that is gone, where it was last. */
  place: { room: string; startsAt: Date; endsAt: Date };
  /** It was withdrawn, or taken off the grid. */
  gone: boolean;
  event: CampEvent;
};

/** What all do together: welcome, lunch, closing. */
export type CommonItem = { id: number; startsAt: Date; endsAt: Date; title: string; createdAt: Date };

type Asked = {
  name: string;
  baseUrl: string;
  sessions: CampSession[];
  common?: { event: CampEvent; items: CommonItem[] };
};

/** Sessions, and an event's common items, as iCalendar. What is off the grid, or of an event that is off, is cancelled. */
export function scheduleCalendar({ name, baseUrl, sessions, common }: Asked): string {
  const entries = [
    ...sessions.map((session) => sessionEntry(session, baseUrl)),
    ...(common?.items.map((item) => commonEntry(item, common.event, baseUrl)) ?? []),
  ];
  return icalendar(entries, { name, baseUrl });
}

/** The event's version counts too: a session changes with it when it is cancelled, or has another venue. */
function sessionEntry(session: CampSession, baseUrl: string): Entry {
  const { event, place } = session;
  const url = `${baseUrl}/events/${event.slug}/sessions/${session.number}`;
  return {
    id: `session-${session.id}`,
    sequence: session.version + event.version,
    stamp: later(session.updatedAt, event.updatedAt),
    startsAt: place.startsAt,
    endsAt: place.endsAt,
    zone: event.zone,
    summary: session.title,
    description: [session.hosts.map((host) => host.name).join(', '), plainText(session.abstract), url],
    location: [place.room, event.venueName, event.venueAddress],
    url,
    cancelled: session.gone || event.state === 'cancelled',
    categories: session.tags,
  };
}

function commonEntry(item: CommonItem, event: CampEvent, baseUrl: string): Entry {
  const url = `${baseUrl}/events/${event.slug}/schedule`;
  return {
    id: `slot-${item.id}`,
    sequence: event.version,
    stamp: later(item.createdAt, event.updatedAt),
    startsAt: item.startsAt,
    endsAt: item.endsAt,
    zone: event.zone,
    summary: item.title,
    description: [url],
    location: [event.venueName, event.venueAddress],
    url,
    cancelled: event.state === 'cancelled',
  };
}

const later = (one: Date, other: Date) => (one > other ? one : other);
