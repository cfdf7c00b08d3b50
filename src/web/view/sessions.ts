import type { Actor } from '../../context.ts';
import type { EventWithSeries } from '../../services/events/queries.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { type Asked, noProposals, orders, pick } from '../../services/sessions/rules.ts';
import { clean } from '../../shared/form.ts';
import { cut } from '../../shared/text.ts';
import { t } from '../../words/words.ts';
import { type FieldView, fieldView } from './form.ts';
import { type SessionCard, sessionCard } from './session-card.ts';

type Link = { href: string; text: string };

export type SessionsPage = {
  event: { name: string; href: string };
  lead: string;
  propose?: string;
  grid: string;
  filters: { action: string; q: FieldView; order: FieldView; mine?: FieldView; tag: string };
  tags: { text: string; href: string; count: number; current: boolean }[];
  /** All tags again, while one is chosen. */
  anyTag?: string;
  count?: string;
  clear?: string;
  cards: SessionCard[];
  empty?: { heading: string; text: string; link?: Link };
};

type Given = { event: EventWithSeries; sessions: Session[]; asked: Asked; actor: Actor; now: Date };

/** What a list's address asks for; whatever it does not know counts as not asked. */
export function readAsked(query: Record<string, unknown>): Asked {
  return {
    tag: cut(clean(query.tag).toLowerCase(), 40),
    words: cut(clean(query.q), 100),
    mine: clean(query.mine) !== '',
    order: orders.find((one) => one === query.order) ?? 'newest',
  };
}

/** The list of a BarCamp's sessions as index cards. */
export function sessionsPage({ event, sessions, asked, actor, now }: Given): SessionsPage {
  const shown = pick(sessions, asked, actor.personId);
  const back = listUrl(event, asked);
  const closed = noProposals(event, now);
  const href = `/events/${event.slug}`;
  const filtered = asked.tag !== '' || asked.words !== '' || asked.mine;
  return {
    event: { name: event.name, href },
    lead: t(event.endsAt <= now ? 'sessions:list.lead_over' : 'sessions:list.lead', { event: event.name }),
    propose: closed ? undefined : `${href}/sessions/new`,
    grid: `${href}/schedule`,
    filters: filtersOf(event, asked, actor),
    tags: tagsOf(sessions, event, asked),
    anyTag: asked.tag ? listUrl(event, { ...asked, tag: '' }) : undefined,
    count: sessions.length > 0 ? countText(shown.length, sessions.length) : undefined,
    clear: filtered ? `${href}/sessions` : undefined,
    cards: shown.map((one) => sessionCard(one, { event, actor, back })),
    empty: shown.length > 0 ? undefined : emptyOf(event, sessions, asked, closed !== undefined),
  };
}

const countText = (shown: number, count: number): string =>
  shown === count ? t('sessions:list.count', { count }) : t('sessions:list.count_of', { shown, count });

function filtersOf(event: EventWithSeries, asked: Asked, actor: Actor): SessionsPage['filters'] {
  return {
    action: `/events/${event.slug}/sessions`,
    tag: asked.tag,
    q: fieldView({
      name: 'q',
      type: 'search',
      value: asked.words,
      label: t('sessions:list.q'),
      placeholder: t('sessions:list.q_placeholder'),
      maxlength: 100,
    }),
    order: fieldView({
      name: 'order',
      control: 'select',
      value: asked.order,
      label: t('sessions:list.order'),
      options: orders.map((value) => ({ value, label: t(`sessions:list.orders.${value}`) })),
    }),
    mine: actor.personId
      ? fieldView({
          name: 'mine',
          control: 'checkbox',
          value: asked.mine,
          label: t('sessions:list.mine'),
        })
      : undefined,
  };
}

/** The tags of all sessions, the most used first: at most twenty, and the chosen one. */
function tagsOf(sessions: Session[], event: EventWithSeries, asked: Asked): SessionsPage['tags'] {
  const counts = new Map<string, number>();
  for (const tag of sessions.flatMap((one) => one.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .filter(([tag], n) => n < 20 || tag === asked.tag)
    .map(([tag, count]) => ({
      text: tag,
      count,
      current: tag === asked.tag,
      href: listUrl(event, { ...asked, tag }),
    }));
}

/** The list's address, without what is as it would be anyway. */
function listUrl(event: { slug: string }, { tag, words, mine, order }: Asked): string {
  const query = new URLSearchParams({
    ...(tag && { tag }),
    ...(words && { q: words }),
    ...(mine && { mine: 'yes' }),
    ...(order !== 'newest' && { order }),
  });
  return `/events/${event.slug}/sessions${query.size > 0 ? `?${query}` : ''}`;
}

function emptyOf(
  event: EventWithSeries,
  sessions: Session[],
  asked: Asked,
  closed: boolean,
): SessionsPage['empty'] {
  const href = `/events/${event.slug}/sessions`;
  const propose = closed ? undefined : { href: `${href}/new`, text: t('sessions:list.propose') };
  if (sessions.length === 0)
    return {
      heading: t('sessions:list.empty_heading'),
      text: t(closed ? 'sessions:list.empty_closed' : 'sessions:list.empty'),
      link: propose,
    };
  const key = asked.mine && !asked.tag && !asked.words ? 'empty_mine' : 'empty_filter';
  return {
    heading: t(`sessions:list.${key}_heading`),
    text: t(`sessions:list.${key}`),
    link: { href, text: t('sessions:list.clear') },
  };
}
