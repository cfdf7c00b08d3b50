import type { Actor } from '../../context.ts';
import type { EventWithSeries } from '../../services/events/queries.ts';
import type { Warning } from '../../services/grid/rules.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { mayHold } from '../../services/sessions/rules.ts';
import { languageName } from '../../shared/languages.ts';
import { cut } from '../../shared/text.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import { markdownHtml } from './markdown.ts';
import type { MergeView } from './merges.ts';
import {
  langOf,
  type SessionCard,
  type StarView,
  sessionIcons,
  sessionTapes,
  sessionUrl,
  starView,
  tagLinks,
} from './session-card.ts';
import { type OwnView, ownView } from './session-own.ts';
import type { Tape } from './tape.ts';
import { type When, whenView } from './when.ts';

export type SessionPage = {
  event: { name: string; href: string; sessions: string; schedule: string };
  number: string;
  title: string;
  lang?: string;
  kind: string;
  icon: IconName;
  tape: Tape;
  hosts: string[];
  newcomer: boolean;
  notices: { kind: 'error' | 'info'; text: string }[];
  /** Sanitised; empty when nothing was written. */
  about: string;
  place?: { room: string; when: When };
  unplaced: string;
  facts: { label: string; text: string }[];
  tags: SessionCard['tags'];
  links: { kind: string; text: string; href: string; host: string }[];
  /** Absent on a withdrawn one. */
  star?: StarView;
  calendar: string;
  own?: OwnView;
};

export type SessionGiven = {
  event: EventWithSeries;
  session: Session;
  actor: Actor;
  warnings: Warning[];
  merges: MergeView[];
  now: Date;
};

/** A session's page, with what those who hold it can do. */
export function sessionPage(given: SessionGiven): SessionPage {
  const { event, session, actor, now } = given;
  const href = `/events/${event.slug}`;
  const { place } = session;
  const own = sessionUrl(event, session.number);
  return {
    event: { name: event.name, href, sessions: `${href}/sessions`, schedule: `${href}/schedule` },
    number: t('sessions:number', { number: session.number }),
    title: session.title,
    lang: langOf(session),
    kind: t(`sessions:kinds.${session.kind}`),
    icon: sessionIcons[session.kind],
    tape: sessionTapes[session.kind],
    hosts: session.hosts.map((one) => one.name),
    newcomer: session.newcomer,
    notices: notices(event, session, now),
    about: markdownHtml(session.abstract),
    place: place ? { room: place.room, when: whenView({ ...place, zone: event.zone }, now) } : undefined,
    unplaced: unplacedText(event, session, now),
    facts: facts(session),
    tags: tagLinks(session, event),
    links: session.links.map(linkView),
    star: session.withdrawnAt ? undefined : starView(session, event, actor, own),
    calendar: `${href}/schedule.ics`,
    own: mayHold(actor, session) ? ownView(given) : undefined,
  };
}

function unplacedText(event: EventWithSeries, session: Session, now: Date): string {
  if (session.withdrawnAt) return t('sessions:unplaced_withdrawn');
  return t(event.endsAt <= now ? 'sessions:unplaced_over' : 'sessions:unplaced');
}

function notices(event: EventWithSeries, session: Session, now: Date): SessionPage['notices'] {
  if (session.withdrawnAt) return [{ kind: 'error', text: t('sessions:page.withdrawn') }];
  if (event.state === 'cancelled')
    return [{ kind: 'error', text: t('sessions:page.cancelled', { event: event.name }) }];
  if (event.endsAt <= now) return [{ kind: 'info', text: t('sessions:page.over', { event: event.name }) }];
  return [];
}

function facts({ minutes, level, language, features }: Session): SessionPage['facts'] {
  const all = {
    length: minutes === null ? '' : t('sessions:minutes', { count: minutes }),
    level: t(`sessions:levels.${level || 'any'}`),
    language: languageName(language),
    features: features.join(', '),
  };
  return Object.entries(all)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => ({ label: t(`sessions:page.${name}`), text }));
}

function linkView({ kind, url, title }: Session['links'][number]): SessionPage['links'][number] {
  const host = new URL(url).host;
  return { kind: t(`sessions:links.${kind}`), text: title || host, href: url, host };
}

/** For search engines and previews: who, and the beginning of the text. */
export const sessionDescription = ({ hosts, abstract }: Session): string =>
  cut(
    [hosts.map((one) => one.name).join(', '), abstract.replace(/[\s*_`#>[\]]+/g, ' ').trim()]
      .filter(Boolean)
      .join(': '),
    200,
    '…',
  );
