import type { Actor } from '../../../context.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { overBy } from '../../../services/events/rules.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import { asksPlates } from '../../../services/registrations/rules.ts';
import { when } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type Badge, placesBadge } from '../events.ts';
import { strangersBanner } from './strangers-banner.ts';

export type DeskTab =
  | 'overview'
  | 'attendees'
  | 'line'
  | 'check-in'
  | 'grid'
  | 'pitches'
  | 'tables'
  | 'restaurant'
  | 'announce'
  | 'edit'
  | 'team';

/** What stands above every page about one event. */
export type Desk = {
  name: string;
  href: string;
  when: string;
  venue: string;
  badge: Badge;
  tabs: { href: string; text: string; current: boolean }[];
  /** Many strangers came at once, within a day. */
  strangers?: { text: string; href: string };
};

export const deskUrl = (event: { slug: string }, below = ''): string =>
  `/organise/events/${event.slug}${below}`;

export function desk(event: EventWithSeries, actor: Actor, current: DeskTab | undefined, now: Date): Desk {
  const manages = mayManage(actor, event.id);
  const camp = event.kind === 'barcamp';
  const tabs: [DeskTab, string, boolean][] = [
    ['overview', '', true],
    ['attendees', '/attendees', true],
    ['line', '/line', event.waiting + event.held > 0],
    ['check-in', '/check-in', event.state !== 'draft'],
    ['grid', '/grid', manages && camp],
    ['pitches', '/pitches', camp],
    ['tables', '/tables', event.kind === 'dinner'],
    ['restaurant', '/restaurant', asksPlates(event)],
    ['announce', '/announce', manages && event.state !== 'draft'],
    ['edit', '/edit', manages],
    ['team', '/team', manages],
  ];
  return {
    name: event.name,
    href: deskUrl(event),
    when: when(event.startsAt, event.endsAt, event.zone),
    venue: event.venueName,
    badge: placesBadge(event, now),
    strangers: manages ? strangersBanner(event, deskUrl(event), now) : undefined,
    tabs: tabs
      .filter(([, , shown]) => shown)
      .map(([tab, path]) => ({
        href: deskUrl(event, path),
        text: t(`organise:tabs.${tab}`),
        current: tab === current,
      })),
  };
}

/** How full an event is, in words and as a share for a bar. */
export type Fill = {
  taken: string;
  /** `of 20`, or nothing without a limit. */
  of: string;
  waiting: number;
  waitingText: string;
  over?: string;
  /** In percent. */
  share?: number;
};

export function fill(event: EventWithSeries): Fill {
  const { capacity, taken, waiting } = event;
  const over = overBy(event);
  return {
    taken: t('organise:fill.number', { count: taken }),
    of: capacity === null ? t('organise:fill.no_limit') : t('organise:fill.of', { count: capacity }),
    waiting,
    waitingText: t('organise:fill.waiting', { count: waiting }),
    over: over > 0 ? t('organise:fill.over', { count: over }) : undefined,
    share: capacity === null ? undefined : Math.min(100, Math.round((taken / Math.max(1, capacity)) * 100)),
  };
}
