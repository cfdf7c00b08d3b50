import { clean } from '../shared/form.ts';
import { oneLine } from '../shared/message.ts';
import { dayAfter, dayFrom, startOfDay, withOffset } from '../shared/time.ts';
import type { CampEvent, CampSession, CommonItem } from './schedule-calendar.ts';
import { acronym, commonItem, guid, sessionItem, type Timed } from './schedule-items.ts';
import { strictUri } from './uri.ts';

export type ScheduleEvent = CampEvent & { startsAt: Date; endsAt: Date };
export type ScheduleSession = Omit<CampSession, 'event' | 'hosts'> & {
  kind: string;
  language: string;
  hosts: { personId: number; name: string }[];
  links: { kind: 'slides' | 'notes' | 'recording' | 'link'; url: string; title: string }[];
};
export type ScheduleRoom = { id: number; name: string; capacity: number | null };

export type Given = {
  baseUrl: string;
  event: ScheduleEvent;
  rooms: ScheduleRoom[];
  sessions: ScheduleSession[];
  common: CommonItem[];
  /** What stands where a room's name would for that which all do together. */
  everywhere: string;
};

/** What schedule.xml and schedule.json say, in the terms of c3voc's schema, whatever people typed. */
export type Schedule = {
  title: string;
  /** `[a-z0-9_]{4,}` */
  acronym: string;
  /** When something changed last: programs compare it. */
  version: string;
  url: string;
  baseUrl: string;
  zone: string;
  start: string;
  end: string;
  rooms: { name: string; guid: string; capacity: number | null }[];
  /** At least one. */
  days: Day[];
};
export type Day = {
  index: number;
  date: string;
  start: string;
  end: string;
  rooms: { name: string; guid: string; items: Item[] }[];
};
export type Item = {
  id: number;
  guid: string;
  date: string;
  start: string;
  end: string;
  duration: string;
  room: string;
  slug: string;
  url: string;
  title: string;
  type: string;
  track: string;
  language: string;
  abstract: string;
  persons: { id: number; guid: string; name: string }[];
  links: { kind: ScheduleSession['links'][number]['kind']; url: string; title: string }[];
};

/** Readers begin a day at six: what starts earlier they take to be of the night before (Giggity, EventFahrplan). */
const dayChange = 6;

export function schedule(given: Given): Schedule {
  const { event, baseUrl } = given;
  const on = event.state !== 'cancelled';
  const items = on ? [...given.common.map(commonItem(given)), ...placed(given).map(sessionItem(given))] : [];
  const rooms = roomsOf(given, items);
  return {
    title: line(event.name),
    acronym: acronym(event.slug),
    version: version(given),
    url: strictUri(`${baseUrl}/events/${event.slug}/schedule`),
    baseUrl,
    zone: event.zone,
    start: dayFrom(0, event.startsAt, event.zone),
    end: dayFrom(0, event.endsAt, event.zone),
    rooms,
    days: days(event, rooms, items),
  };
}

const placed = ({ sessions }: Given) => sessions.filter((one) => !one.gone);

/** Those that are the same name to a reader are one room. What is for all comes first, if there is any. */
function roomsOf({ rooms, everywhere, baseUrl, event }: Given, items: Timed[]): Schedule['rooms'] {
  const common = { id: 0, name: everywhere, capacity: null };
  const all = items.some((one) => one.item.room === line(everywhere)) ? [common, ...rooms] : rooms;
  const names = all.map(({ id, name, capacity }) => ({
    name: line(name),
    guid: guid(baseUrl, id ? `room-${id}` : `event-${event.id}-all`),
    capacity,
  }));
  return names.filter((one, n) => names.findIndex((other) => other.name === one.name) === n);
}

/** The days on which something is; the first one of the event while there is nothing. */
function days(event: ScheduleEvent, rooms: Schedule['rooms'], items: Timed[]): Day[] {
  const { zone } = event;
  const dated = items.map((one) => ({ ...one, day: dayFrom(dayChange, one.at, zone) }));
  const dates = [...new Set(dated.map((one) => one.day))].sort();
  if (dates.length === 0) dates.push(dayFrom(dayChange, event.startsAt, zone));
  return dates.map((date, n) => ({
    index: n + 1,
    date,
    start: withOffset(startOfDay(date, zone, dayChange), zone),
    end: withOffset(startOfDay(dayAfter(date), zone, dayChange), zone),
    rooms: rooms.map(({ name, guid }) => ({
      name,
      guid,
      items: dated
        .filter((one) => one.day === date && one.item.room === name)
        .sort((a, b) => a.at.getTime() - b.at.getTime())
        .map((one) => one.item),
    })),
  }));
}

function version({ event, sessions, common }: Given): string {
  const changes = [event.updatedAt, ...sessions.map((one) => one.updatedAt)];
  const all = [...changes, ...common.map((one) => one.createdAt)].map((at) => at.getTime());
  return withOffset(new Date(Math.max(...all)), 'UTC');
}

const line = (text: string) => oneLine(clean(text));
