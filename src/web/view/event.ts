import type { EventWithSeries } from '../../services/events/queries.ts';
import { overBy, phase, placeState } from '../../services/events/rules.ts';
import type { RegistrationView } from '../../services/registrations/queries.ts';
import { clock, longDay, relative, when, zoneName } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import {
  type Badge,
  coverUrl,
  type EventCard,
  eventCard,
  eventTape,
  kindIcons,
  moment,
  placesBadge,
} from './events.ts';
import type { IconName } from './icons.ts';
import { markdownHtml } from './markdown.ts';
import type { Tape } from './tape.ts';

export type EventPage = {
  name: string;
  kind: string;
  icon: IconName;
  tape: Tape;
  cover: string;
  summary: string;
  /** Sanitised. */
  about: string;
  day: string;
  hours: string;
  starts: string;
  ends: string;
  relative: string;
  venue?: { name: string; address: string; url: string };
  series?: { name: string; href: string };
  badge: Badge;
  /** Sentences that must not be missed: cancelled, over, over-full. */
  notices: { kind: 'error' | 'info' | 'warning'; text: string }[];
  places: { taken: string; meter?: { share: number; label: string }; opening?: string };
  register?: { href: string; text: string };
  command?: string;
  mine?: { text: string; href: string };
  calendar: string;
  coming: { text: string; names: string[]; all?: string };
  also?: { heading: string; cards: EventCard[] };
};

export type Listed = { id: number; name: string };
/** How many names stand on the event's own page; the list has a page of its own. */
export const shownNames = 24;

type Given = {
  event: EventWithSeries;
  listed: Listed[];
  siblings: EventWithSeries[];
  mine?: { registration: RegistrationView; href: string };
  now: Date;
};

/** The public page of an event, with everything a person needs to decide. */
export function eventPage({ event, listed, siblings, mine, now }: Given): EventPage {
  const at = phase(event, now);
  const href = `/events/${event.slug}`;
  const day = longDay(event.startsAt, event.zone);
  const lastDay = longDay(event.endsAt, event.zone);
  return {
    name: event.name,
    kind: t(`site:kinds.${event.kind}`),
    icon: kindIcons[event.kind] ?? 'calendar',
    tape: eventTape(event),
    cover: coverUrl(event),
    summary: event.summary,
    about: markdownHtml(event.description),
    day: day === lastDay ? day : `${day} – ${lastDay}`,
    hours: `${clock(event.startsAt, event.zone)}–${clock(event.endsAt, event.zone)} (${zoneName(event.zone)})`,
    starts: event.startsAt.toISOString(),
    ends: event.endsAt.toISOString(),
    relative: relative(event.startsAt, now),
    venue: event.venueName
      ? { name: event.venueName, address: event.venueAddress, url: event.venueUrl }
      : undefined,
    series: event.series ? { name: event.series.name, href: `/series/${event.series.slug}` } : undefined,
    badge: placesBadge(event, now),
    notices: notices(event, now),
    places: places(event, now),
    register: at === 'open' && !mine ? registerLink(event) : undefined,
    command: at === 'open' && !mine ? `register ${event.slug}` : undefined,
    mine: mine && { text: mineText(mine.registration), href: mine.href },
    calendar: `${href}.ics`,
    coming: coming(event, listed, href),
    also: also(event, siblings, now),
  };
}

function notices(event: EventWithSeries, now: Date): EventPage['notices'] {
  const at = phase(event, now);
  const over = overBy(event);
  const said: EventPage['notices'] = [];
  if (at === 'draft') said.push({ kind: 'info', text: t('site:event.draft') });
  if (at === 'over') said.push({ kind: 'info', text: t('site:event.over') });
  if (at === 'cancelled') said.push({ kind: 'error', text: t('site:event.cancelled') });
  if (at === 'cancelled' && event.cancelMessage) said.push({ kind: 'error', text: event.cancelMessage });
  if (over > 0 && at !== 'over')
    said.push({ kind: 'warning', text: t('site:event.over_full', { count: over }) });
  return said;
}

function places(event: EventWithSeries, now: Date): EventPage['places'] {
  const { capacity, taken } = event;
  const closes = event.closesAt ?? undefined;
  const opening = {
    not_open: event.opensAt && t('site:event.opens', { opens: moment(event.opensAt, event.zone) }),
    open: closes && t('site:event.closes', { closes: moment(closes, event.zone) }),
  } as Record<string, string | undefined>;
  return {
    taken:
      capacity === null ? t('site:places.taken', { count: taken }) : t('site:places.of', { taken, capacity }),
    meter:
      capacity === null || capacity === 0
        ? undefined
        : {
            share: Math.min(100, Math.round((taken / capacity) * 100)),
            label: t('site:places.of', { taken, capacity }),
          },
    opening: opening[phase(event, now)] || undefined,
  };
}

function registerLink(event: EventWithSeries): EventPage['register'] {
  const href = `/events/${event.slug}/register`;
  const state = placeState(event).kind;
  if (state === 'full') return undefined;
  return { href, text: t(state === 'waiting_list' ? 'site:event.join_list' : 'site:event.register') };
}

const mineText = (mine: RegistrationView): string =>
  t(`site:event.registered_${mine.state}`, { rank: mine.rank });

function coming(event: EventWithSeries, listed: Listed[], href: string): EventPage['coming'] {
  const names = listed.slice(0, shownNames).map((one) => one.name);
  return {
    text: t(names.length > 0 ? 'site:event.coming_some' : 'site:event.coming_nobody', { count: event.taken }),
    names,
    all: listed.length > shownNames ? `${href}/attendees` : undefined,
  };
}

function also(event: EventWithSeries, siblings: EventWithSeries[], now: Date): EventPage['also'] {
  const others = siblings.filter((one) => one.id !== event.id && one.endsAt > now).slice(0, 3);
  if (!event.series || others.length === 0) return undefined;
  return {
    heading: t('site:event.also', { series: event.series.name }),
    cards: others.map((one) => eventCard(one, now)),
  };
}

/** For search engines and previews: one line that says what, when and where. */
export const eventDescription = (event: EventWithSeries): string =>
  event.summary ||
  t('site:event.description', {
    kind: t(`site:kinds.${event.kind}`),
    when: when(event.startsAt, event.endsAt, event.zone),
    where: event.venueName && `, ${event.venueName}`,
  });
