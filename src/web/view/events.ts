import type { EventWithSeries, Series } from '../../services/events/queries.ts';
import { phase, placeState } from '../../services/events/rules.ts';
import { clock, dayOf, longDay, relative, shortDay, when, zoneName } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import { type Tape, tapeOf } from './tape.ts';

export type Badge = { text: string; kind: 'good' | 'few' | 'wait' | 'bad' | 'plain' };

export type EventCard = {
  href: string;
  name: string;
  kind: string;
  icon: IconName;
  cover: string;
  tape: Tape;
  when: string;
  /** For the `datetime` of a time element. */
  starts: string;
  relative: string;
  venue: string;
  summary: string;
  badge: Badge;
  cancelled: boolean;
};

export const kindIcons: Record<string, IconName> = {
  barcamp: 'tent',
  conference: 'stage',
  dinner: 'fork-knife',
  meetup: 'laptop',
};

/** One colour a series; an event that is alone has its own. */
export const eventTape = (event: { slug: string; series: Series | null }): Tape =>
  tapeOf(event.series?.slug ?? event.slug);

export const coverUrl = (event: { slug: string; imageId: number | null }): string =>
  event.imageId ? `/images/${event.imageId}` : `/events/${event.slug}/cover.svg`;

export function eventCard(event: EventWithSeries, now: Date): EventCard {
  return {
    href: `/events/${event.slug}`,
    name: event.name,
    kind: t(`site:kinds.${event.kind}`),
    icon: kindIcons[event.kind] ?? 'calendar',
    cover: coverUrl(event),
    tape: eventTape(event),
    when: when(event.startsAt, event.endsAt, event.zone),
    starts: event.startsAt.toISOString(),
    relative: relative(event.startsAt, now),
    venue: event.venueName,
    summary: event.summary,
    badge: placesBadge(event, now),
    cancelled: event.state === 'cancelled',
  };
}

/** What one must know first: whether one can register, and for what. */
export function placesBadge(event: EventWithSeries, now: Date): Badge {
  const at = phase(event, now);
  if (at === 'not_open')
    return { text: t('site:places.not_open', { opens: moment(event.opensAt!, event.zone) }), kind: 'plain' };
  if (at !== 'open') return { text: t(`site:places.${at}`), kind: at === 'cancelled' ? 'bad' : 'plain' };
  const places = placeState(event);
  switch (places.kind) {
    case 'unlimited':
      return { text: t('site:places.unlimited'), kind: 'good' };
    case 'free':
      return { text: t('site:places.free', { count: places.left }), kind: places.few ? 'few' : 'good' };
    case 'waiting_list':
      return { text: t('site:places.waiting_list', { count: places.waiting }), kind: 'wait' };
    case 'full':
      return { text: t('site:places.full'), kind: 'bad' };
    default:
      return places satisfies never;
  }
}

/** `Fri 30 May, 19:00 (London)`. */
export const moment = (at: Date, zone: string): string =>
  `${shortDay(at, zone)}, ${clock(at, zone)} (${zoneName(zone)})`;

export type Group = {
  title: string;
  href?: string;
  summary: string;
  tape?: Tape;
  /** The days of a series in their order; one without a heading for what belongs to none. */
  days: { heading: string; cards: EventCard[] }[];
};

/** Events grouped by series, in the order of each one's first event; what belongs to none comes by month. */
export function groups(events: EventWithSeries[], now: Date): Group[] {
  const found = new Map<string, EventWithSeries[]>();
  for (const event of events) {
    const key = event.series ? `series ${event.series.slug}` : 'other';
    found.set(key, [...(found.get(key) ?? []), event]);
  }
  const several = found.size > 1;
  return [...found.values()].map((list) => {
    const { series } = list[0]!;
    if (!series) return { title: several ? t('site:home.other') : '', summary: '', days: byDay(list, now) };
    return {
      title: series.name,
      href: `/series/${series.slug}`,
      summary: series.summary,
      tape: tapeOf(series.slug),
      days: byDay(list, now),
    };
  });
}

function byDay(events: EventWithSeries[], now: Date): Group['days'] {
  const days = new Map<string, Group['days'][number]>();
  for (const event of events) {
    const day = dayOf(event.startsAt, event.zone);
    const known = days.get(day) ?? { heading: longDay(event.startsAt, event.zone), cards: [] };
    known.cards.push(eventCard(event, now));
    days.set(day, known);
  }
  return [...days.values()];
}
