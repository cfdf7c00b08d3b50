import type { EventWithSeries } from '../../services/events/queries.ts';
import { longDay } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { eventTape, type Group, groups, kindIcons } from './events.ts';
import type { IconName } from './icons.ts';
import type { Tape } from './tape.ts';

export type EventRow = {
  href: string;
  name: string;
  day: string;
  starts: string;
  venue: string;
  kind: string;
  icon: IconName;
  tape: Tape;
};

export const eventRow = (event: EventWithSeries): EventRow => ({
  href: `/events/${event.slug}`,
  name: event.name,
  day: longDay(event.startsAt, event.zone),
  starts: event.startsAt.toISOString(),
  venue: event.venueName,
  kind: t(`site:kinds.${event.kind}`),
  icon: kindIcons[event.kind],
  tape: eventTape(event),
});

export type HomePage = { groups: Group[]; past: EventRow[]; more: boolean };

/** What is on, grouped, and the last few of what was. */
export const homePage = (coming: EventWithSeries[], past: EventWithSeries[], now: Date): HomePage => ({
  groups: groups(coming, now),
  past: past.slice(0, 3).map(eventRow),
  more: past.length > 3,
});
