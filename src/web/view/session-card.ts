import type { Actor } from '../../context.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { mayHold } from '../../services/sessions/rules.ts';
import { languageName } from '../../shared/languages.ts';
import { when } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import type { Tape } from './tape.ts';

export type SessionCard = {
  /** To go back to it. */
  id: string;
  number: number;
  href: string;
  title: string;
  /** Of title and text; undefined when what was typed is no language that a machine knows. */
  lang?: string;
  kind: string;
  icon: IconName;
  tape: Tape;
  hosts: string;
  /** Length, level, language. */
  facts: string[];
  tags: { text: string; href: string }[];
  newcomer: boolean;
  /** Where and when, once it has a cell. */
  place?: { room: string; when: string; starts: string };
  star: StarView;
};

/** A button that is a form of its own. `count` is for those who hold the session, and for organisers. */
export type StarView = {
  action: string;
  /** Where to go afterwards, below the event's own path. */
  back: string;
  /** What pressing it sends. */
  value: 'on' | '';
  pressed: boolean;
  label: string;
  count?: string;
};

type Event = { slug: string; zone: string };

/** A session as an index card, for whoever looks. */
export function sessionCard(
  session: Session,
  { event, actor, back }: { event: Event; actor: Actor; back: string },
): SessionCard {
  const { number, title, place } = session;
  const href = sessionUrl(event, number);
  const id = `session-${number}`;
  return {
    id,
    number,
    href,
    title,
    lang: langOf(session),
    kind: t(`sessions:kinds.${session.kind}`),
    icon: sessionIcons[session.kind],
    tape: sessionTapes[session.kind],
    hosts: hostNames(session),
    facts: factsOf(session),
    tags: tagLinks(session, event),
    newcomer: session.newcomer,
    place: place
      ? {
          room: place.room,
          when: when(place.startsAt, place.endsAt, event.zone),
          starts: place.startsAt.toISOString(),
        }
      : undefined,
    star: starView(session, event, actor, `${back}#${id}`),
  };
}

export function starView(session: Session, event: Event, actor: Actor, back: string): StarView {
  return {
    action: `${sessionUrl(event, session.number)}/star`,
    back,
    value: session.starred ? '' : 'on',
    pressed: session.starred,
    label: t('sessions:star_label', { title: session.title }),
    count: starCount(session, actor),
  };
}

/** How many starred it: told to those who hold it and to organisers alone. */
export const starCount = (session: Session, actor: Actor): string | undefined =>
  mayHold(actor, session) ? t('sessions:stars', { count: session.stars }) : undefined;

export const sessionUrl = (event: { slug: string }, number: number, below = ''): string =>
  `/events/${event.slug}/sessions/${number}${below}`;

/** One colour and one picture a kind, on cards, on the grid and in lists. */
export const sessionTapes: Record<Session['kind'], Tape> = {
  talk: 'lagoon',
  discussion: 'marigold',
  workshop: 'fern',
  demo: 'plum',
};
export const sessionIcons: Record<Session['kind'], IconName> = {
  talk: 'stage',
  discussion: 'chat',
  workshop: 'wrench',
  demo: 'laptop',
};

export const hostNames = ({ hosts }: Pick<Session, 'hosts'>): string =>
  hosts.map((one) => one.name).join(', ');

export const tagLinks = ({ tags }: Session, event: Event): SessionCard['tags'] =>
  tags.map((tag) => ({ text: tag, href: `/events/${event.slug}/sessions?tag=${encodeURIComponent(tag)}` }));

const factsOf = ({ minutes, level, language }: Session): string[] =>
  [
    minutes === null ? '' : t('sessions:minutes', { count: minutes }),
    level && t(`sessions:levels.${level}`),
    languageName(language),
  ].filter(Boolean);

export const langOf = ({ language }: Pick<Session, 'language'>): string | undefined =>
  /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(language) ? language : undefined;
