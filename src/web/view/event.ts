import type { EventWithSeries } from '../../services/events/queries.ts';
import { overBy, type Phase, phase, placeState } from '../../services/events/rules.ts';
import type { RegistrationView } from '../../services/registrations/queries.ts';
import { when } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import {
  type Badge,
  costLines,
  coverUrl,
  type EventCard,
  eventCard,
  eventTape,
  kindIcons,
  moment,
  type Places,
  places,
  placesBadge,
  proofSaid,
} from './events.ts';
import type { IconName } from './icons.ts';
import { markdownHtml } from './markdown.ts';
import type { Tape } from './tape.ts';
import { type When, whenView } from './when.ts';

export type EventPage = {
  name: string;
  kind: string;
  icon: IconName;
  tape: Tape;
  cover: string;
  summary: string;
  /** Sanitised. */
  about: string;
  when: When;
  venue?: { name: string; address: string; url: string };
  series?: { name: string; href: string };
  /** In words: the cost, the deposit. */
  cost: string[];
  /** Of a dinner: what there is to choose from, a course each; and how many a registration may be for. */
  menu: { course: string; dishes: string }[];
  party?: string;
  /** What is asked of an address that nobody has proved. */
  proof?: string;
  badge: Badge;
  /** Sentences that must not be missed: cancelled, over, over-full. */
  notices: { kind: 'error' | 'info' | 'warning'; text: string; more?: string }[];
  places?: Places;
  /** When registration opens or closes, or why it does not. */
  opening?: string;
  register?: { href: string; text: string };
  /** What to tell the bot instead, and a link that types it. */
  command?: { text: string; href: string };
  mine?: { text: string; href: string };
  /** Of a BarCamp: its grid, its sessions, and where to propose one. */
  grid?: { text: string; schedule: string; sessions: string; propose?: string };
  calendar?: string;
  coming?: { heading: string; text: string; names: string[]; all?: string };
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
  const canRegister = at === 'open' && !mine && placeState(event).kind !== 'full';
  return {
    name: event.name,
    kind: t(`site:kinds.${event.kind}`),
    icon: kindIcons[event.kind],
    tape: eventTape(event),
    cover: coverUrl(event),
    summary: event.summary,
    about: markdownHtml(event.description),
    when: whenView(event, now),
    venue: event.venueName
      ? { name: event.venueName, address: event.venueAddress, url: event.venueUrl }
      : undefined,
    series: event.series ? { name: event.series.name, href: `/series/${event.series.slug}` } : undefined,
    cost: costLines(event),
    menu: event.menu.map(({ label, dishes }) => ({
      course: label,
      dishes: dishes.map((one) => one.label).join(' · '),
    })),
    party: event.partyMost > 1 ? t('party:lead', { count: event.partyMost - 1 }) : undefined,
    proof: canRegister ? proofSaid(event) : undefined,
    badge: placesBadge(event, now),
    notices: notices(event, now),
    places: at === 'cancelled' ? undefined : places(event),
    opening: opening(event, now),
    register: canRegister ? registerLink(event) : undefined,
    command: canRegister ? command(`register ${event.slug}`) : undefined,
    mine: mine && { text: mineText(mine.registration), href: mine.href },
    grid: event.kind === 'barcamp' ? gridLinks(href, at) : undefined,
    calendar: at === 'cancelled' || at === 'over' ? undefined : `${href}.ics`,
    coming: at === 'open' || (at !== 'cancelled' && event.taken > 0) ? coming(event, listed, at) : undefined,
    also: also(event, siblings, now),
  };
}

function gridLinks(href: string, at: Phase): EventPage['grid'] {
  const over = at === 'over' || at === 'cancelled';
  return {
    text: t(over ? 'site:event.grid_was' : 'site:event.grid'),
    schedule: `${href}/schedule`,
    sessions: `${href}/sessions`,
    propose: over ? undefined : `${href}/sessions/new`,
  };
}

function notices(event: EventWithSeries, now: Date): EventPage['notices'] {
  const at = phase(event, now);
  const over = overBy(event);
  if (at === 'draft') return [{ kind: 'info', text: t('site:event.draft') }];
  if (at === 'over') return [{ kind: 'info', text: t('site:event.over') }];
  if (at === 'cancelled')
    return [{ kind: 'error', text: t('site:event.cancelled'), more: event.cancelMessage || undefined }];
  return over > 0 ? [{ kind: 'warning', text: t('site:event.over_full', { count: over }) }] : [];
}

function opening(event: EventWithSeries, now: Date): string | undefined {
  const at = phase(event, now);
  if (at === 'not_open') return t('site:event.opens', { opens: moment(event.opensAt!, event.zone) });
  if (at === 'open' && placeState(event).kind === 'full') return t('site:event.full');
  if (at === 'open' && event.closesAt)
    return t('site:event.closes', { closes: moment(event.closesAt, event.zone) });
  return undefined;
}

function registerLink(event: EventWithSeries): EventPage['register'] {
  const waits = placeState(event).kind === 'waiting_list';
  return {
    href: `/events/${event.slug}/register`,
    text: t(waits ? 'site:event.join_list' : 'site:event.register'),
  };
}

const mineText = (mine: RegistrationView): string =>
  t(`site:event.registered_${mine.state}`, { rank: mine.rank });

function coming(event: EventWithSeries, listed: Listed[], at: Phase): EventPage['coming'] {
  const names = listed.slice(0, shownNames).map((one) => one.name);
  const key = names.length > 0 ? 'some' : event.taken > 0 ? 'unlisted' : 'nobody';
  const over = at === 'over';
  return {
    heading: t(over ? 'site:event.came' : 'site:event.coming_heading'),
    text: t(`site:event.coming.${over ? 'over_' : ''}${key}`, { count: event.taken }),
    names,
    all: listed.length > shownNames ? `/events/${event.slug}/attendees` : undefined,
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

const command = (text: string) => ({ text, href: `/chat?say=${encodeURIComponent(text)}` });
