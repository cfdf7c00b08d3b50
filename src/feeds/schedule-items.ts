import { clean } from '../shared/form.ts';
import { namedUuid, slugify } from '../shared/ids.ts';
import { oneLine } from '../shared/message.ts';
import { clock, withOffset } from '../shared/time.ts';
import { plainText } from './plain-text.ts';
import type { Given, Item, ScheduleSession } from './schedule.ts';
import type { CommonItem } from './schedule-calendar.ts';
import { strictUri } from './uri.ts';

/** An item and when it begins. */
export type Timed = { at: Date; item: Item };

export const sessionItem =
  (given: Given) =>
  (session: ScheduleSession): Timed => {
    const { baseUrl, event } = given;
    return {
      at: session.place.startsAt,
      item: {
        // Sessions have the even numbers, common items the odd ones.
        id: session.id * 2,
        guid: guid(baseUrl, `session-${session.id}`),
        ...times(session.place, event.zone),
        room: line(session.place.room),
        slug: slug(event, `session-${session.number}`, session.title),
        url: strictUri(`${baseUrl}/events/${event.slug}/sessions/${session.number}`),
        title: line(session.title),
        type: line(session.kind),
        track: line(session.tags[0] ?? ''),
        language: line(session.language),
        abstract: plainText(session.abstract),
        persons: session.hosts.map(({ personId, name }) => ({
          id: personId,
          guid: guid(baseUrl, `event-${event.id}-host-${personId}`),
          name: line(name),
        })),
        links: session.links.map(({ kind, url, title }) => ({
          kind,
          url: strictUri(url),
          title: line(title) || line(url),
        })),
      },
    };
  };

export const commonItem =
  (given: Given) =>
  (common: CommonItem): Timed => {
    const { baseUrl, event } = given;
    return {
      at: common.startsAt,
      item: {
        id: common.id * 2 + 1,
        guid: guid(baseUrl, `slot-${common.id}`),
        ...times(common, event.zone),
        room: line(given.everywhere),
        slug: slug(event, `common-${common.id}`, common.title),
        url: strictUri(`${baseUrl}/events/${event.slug}/schedule`),
        title: line(common.title),
        type: 'other',
        track: '',
        language: '',
        abstract: '',
        persons: [],
        links: [],
      },
    };
  };

function times({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, zone: string) {
  // The schema has two digits for the hours.
  const minutes = Math.min(Math.ceil((endsAt.getTime() - startsAt.getTime()) / 60_000), 99 * 60 + 59);
  const two = (n: number) => String(n).padStart(2, '0');
  return {
    date: withOffset(startsAt, zone),
    start: clock(startsAt, zone),
    end: withOffset(endsAt, zone),
    duration: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
  };
}

/** Four characters or more, and no dash: one schema allows it, the other one does not. */
export function acronym(slug: string): string {
  const known = slugify(slug, 100).replaceAll('-', '_');
  return known.length < 4 ? `event_${known}` : known;
}

const slug = (event: { slug: string }, which: string, title: string): string =>
  [acronym(event.slug), which, slugify(title)].filter(Boolean).join('-');

/** From the id, as the session's own key is half of the code on its card. */
export const guid = (baseUrl: string, which: string): string =>
  namedUuid(`${which}@${new URL(baseUrl).hostname}`);

const line = (text: string) => oneLine(clean(text));
