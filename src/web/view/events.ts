import type { EventKind, EventWithSeries, Series } from '../../services/events/queries.ts';
import { phase, placeState } from '../../services/events/rules.ts';
import { clock, dayOf, relative, shortDay, zoneName } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import { type Tape, tapeOf } from './tape.ts';
import { daysOf, hoursOf } from './when.ts';

export type Badge = { text: string; kind: 'good' | 'few' | 'wait' | 'bad' | 'plain' };

export type EventCard = {
  href: string;
  name: string;
  kind: string;
  icon: IconName;
  cover: string;
  tape: Tape;
  /** With its day; `hours` is for where the day stands above the card. */
  when: string;
  hours: string;
  /** For the `datetime` of a time element. */
  starts: string;
  relative: string;
  venue: string;
  summary: string;
  badge: Badge;
  places: Places;
  cancelled: boolean;
};

/** How full it is, in words and, where there is a limit, in per cent. */
export type Places = { text: string; share?: number };

export const kindIcons: Record<EventKind, IconName> = {
  barcamp: 'tent',
  conference: 'stage',
  dinner: 'fork-knife',
  meetup: 'laptop',
};

/** One colour a series; an event that is alone has its own. */
export const eventTape = (event: { slug: string; series: { slug: string } | null }): Tape =>
  tapeOf(event.series?.slug ?? event.slug);

/** With the event's version: its kind, and with it the drawing, may change. */
export const coverUrl = (event: { slug: string; imageId: number | null; version: number }): string =>
  event.imageId ? `/images/${event.imageId}` : `/events/${event.slug}/cover.svg?v=${event.version}`;

export function eventCard(event: EventWithSeries, now: Date): EventCard {
  return {
    href: `/events/${event.slug}`,
    name: event.name,
    kind: t(`site:kinds.${event.kind}`),
    icon: kindIcons[event.kind],
    cover: coverUrl(event),
    tape: eventTape(event),
    when: daysOf(event),
    hours: hoursOf(event),
    starts: event.startsAt.toISOString(),
    relative: relative(event.startsAt, now, event.zone),
    venue: event.venueName,
    summary: event.summary,
    badge: placesBadge(event, now),
    places: places(event),
    cancelled: event.state === 'cancelled',
  };
}

/** Places that are held for somebody are taken. */
export function places({ capacity, taken: given, held }: EventWithSeries): Places {
  const taken = given + held;
  if (capacity === null) return { text: t('site:places.taken', { count: taken }) };
  const share = capacity === 0 ? 100 : Math.min(100, Math.round((taken / capacity) * 100));
  return { text: t('site:places.of', { taken, capacity }), share };
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
  /** The days of a series, as columns of the wall; empty for what belongs to none: `cards` has it. */
  days: Day[];
  cards: EventCard[];
};
export type Day = { heading: string; relative: string; starts: string; cards: EventCard[] };

/** Events grouped by series, in the order of each one's first event; what belongs to none comes last, by its date. */
export function groups(events: EventWithSeries[], now: Date): Group[] {
  const found = new Map<string, EventWithSeries[]>();
  for (const event of events) {
    const key = event.series?.slug ?? '';
    found.set(key, [...(found.get(key) ?? []), event]);
  }
  const alone = found.get('') ?? [];
  found.delete('');
  const ofSeries = [...found.values()].map((list) => seriesGroup(list[0]!.series!, list, now));
  if (alone.length === 0) return ofSeries;
  const title = ofSeries.length > 0 ? t('site:home.other') : '';
  return [...ofSeries, { title, summary: '', days: [], cards: alone.map((one) => eventCard(one, now)) }];
}

const seriesGroup = (series: Series, events: EventWithSeries[], now: Date): Group => ({
  title: series.name,
  href: `/series/${series.slug}`,
  summary: series.summary,
  tape: tapeOf(series.slug),
  days: byDay(events, now),
  cards: [],
});

/** In the order of the days, each event below the day on which it begins. */
export function byDay(events: EventWithSeries[], now: Date): Day[] {
  const days = new Map<string, Day>();
  for (const event of events) {
    const date = dayOf(event.startsAt, event.zone);
    const day = days.get(date) ?? emptyDay(event, date, now);
    day.cards.push(eventCard(event, now));
    days.set(date, day);
  }
  return [...days.values()];
}

const emptyDay = ({ startsAt, zone }: EventWithSeries, date: string, now: Date): Day => ({
  heading: shortDay(startsAt, zone),
  relative: relative(startsAt, now, zone),
  starts: date,
  cards: [],
});

/** What it costs, in words: the organisers' own, and the deposit. */
/** What is asked of an address that nobody has proved, before one registers. */
export const proofSaid = ({ proveHours }: EventWithSeries): string | undefined =>
  proveHours === null ? undefined : t('proof:event', { count: proveHours });

export const costLines = ({ cost, deposit }: { cost: string; deposit: string }): string[] =>
  [cost, deposit && t('site:event.deposit', { deposit })].filter(Boolean);
