import type { Actor } from '../../../context.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { mayManage, organisesSite } from '../../../services/organising/rules.ts';
import { clock, longDay, relative, shortDay, zoneName } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type Badge, eventTape, kindIcons, placesBadge } from '../events.ts';
import type { IconName } from '../icons.ts';
import type { Tape } from '../tape.ts';
import { deskUrl, type Fill, fill } from './desk.ts';

export type DeskCard = {
  href: string;
  name: string;
  kind: string;
  icon: IconName;
  tape: Tape;
  /** A leaf of a calendar. */
  leaf: { month: string; day: string; weekday: string };
  starts: string;
  /** `19:00 (London), in 3 weeks`. */
  time: string;
  venue: string;
  series: string;
  badge: Badge;
  fill: Fill;
  links: { href: string; text: string; icon: IconName }[];
};

export type DashboardPage = {
  /** Organises the whole site: makes events, names the team, sees the jobs. */
  site: boolean;
  /** That no mail leaves the site. */
  noMail?: string;
  empty?: { heading: string; text: string; link?: { href: string; text: string } };
  sections: { title: string; help: string; cards: DeskCard[] }[];
  past: { href: string; name: string; day: string; starts: string; came: string; attendees: string }[];
};

/** The events that somebody's roles reach: drafts, those to come, those that were. */
export function dashboardPage(
  events: EventWithSeries[],
  actor: Actor,
  now: Date,
  noMail = false,
): DashboardPage {
  const site = organisesSite(actor);
  const over = events.filter((event) => event.endsAt <= now && event.state !== 'draft');
  const drafts = events.filter((event) => event.state === 'draft');
  const coming = events.filter((event) => event.endsAt > now && event.state !== 'draft');
  const section = (key: string, list: EventWithSeries[]) => ({
    title: t(`organise:dashboard.${key}`),
    help: t(`organise:dashboard.${key}_help`),
    cards: list.map((event) => card(event, actor, now)),
  });
  return {
    site,
    noMail: noMail ? t('organise:dashboard.no_mail') : undefined,
    empty: events.length === 0 ? empty(site) : undefined,
    sections: [section('drafts', drafts), section('coming', coming)].filter((one) => one.cards.length > 0),
    past: over.map((event) => ({
      href: deskUrl(event),
      name: event.name,
      day: longDay(event.startsAt, event.zone),
      starts: event.startsAt.toISOString(),
      came:
        event.state === 'cancelled'
          ? t('site:places.cancelled')
          : t('organise:fill.past', { count: event.taken }),
      attendees: deskUrl(event, '/attendees'),
    })),
  };
}

const empty = (site: boolean): DashboardPage['empty'] => ({
  heading: t(site ? 'organise:dashboard.first_heading' : 'organise:dashboard.none_heading'),
  text: t(site ? 'organise:dashboard.first' : 'organise:dashboard.none'),
  link: site ? { href: '/organise/events/new', text: t('organise:dashboard.make_first') } : undefined,
});

function card(event: EventWithSeries, actor: Actor, now: Date): DeskCard {
  const [weekday = '', day = '', month = ''] = shortDay(event.startsAt, event.zone).split(' ');
  const edit = { href: deskUrl(event, '/edit'), text: t('organise:tabs.edit'), icon: 'edit' as const };
  return {
    href: deskUrl(event),
    name: event.name,
    kind: t(`site:kinds.${event.kind}`),
    icon: kindIcons[event.kind] ?? 'calendar',
    tape: eventTape(event),
    leaf: { month, day, weekday },
    starts: event.startsAt.toISOString(),
    time: t('organise:dashboard.time', {
      clock: clock(event.startsAt, event.zone),
      zone: zoneName(event.zone),
      relative: relative(event.startsAt, now, event.zone),
    }),
    venue: event.venueName,
    series: event.series?.name ?? '',
    badge: placesBadge(event, now),
    fill: fill(event),
    links: [
      { href: deskUrl(event, '/attendees'), text: t('organise:tabs.attendees'), icon: 'users' },
      ...(mayManage(actor, event.id) ? [edit] : []),
    ],
  };
}
