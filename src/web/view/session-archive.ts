import {
  type ArchiveAsked,
  type ArchiveCursor,
  mark,
  type SessionAtEvent,
} from '../../services/sessions/across-events.ts';
import type { linkKinds } from '../../services/sessions/input.ts';
import { clean } from '../../shared/form.ts';
import { cut } from '../../shared/text.ts';
import { longDay } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { eventTape } from './events.ts';
import { type FieldView, fieldView } from './form.ts';
import type { IconName } from './icons.ts';
import { hostNames, langOf, sessionIcons, sessionUrl } from './session-card.ts';
import type { Tape } from './tape.ts';

export type ArchivePage = {
  heading: string;
  q: FieldView;
  having: FieldView;
  clear?: string;
  groups: ArchiveGroup[];
  pager: { next?: string; nextText: string };
  empty?: { heading: string; text: string; link: { href: string; text: string } };
};

/** The sessions of one event. */
export type ArchiveGroup = {
  event: { name: string; href: string; day: string; starts: string; tape: Tape };
  rows: ArchiveRow[];
};

export type ArchiveRow = {
  href: string;
  title: string;
  lang?: string;
  kind: string;
  icon: IconName;
  hosts: string;
  /** Of the text; what was looked for is a `hit`. */
  snippet: { text: string; hit: boolean }[];
  links: { text: string; label: string; href: string }[];
};

const having = ['slides', 'notes', 'recording'] as const satisfies (typeof linkKinds)[number][];

/** What the archive's address asks for. */
export const readArchiveAsked = (query: Record<string, unknown>): ArchiveAsked => ({
  words: cut(clean(query.q), 100),
  having: having.find((one) => one === query.with),
  after: readArchiveCursor(query.after),
});

/** The archive; `rows` may hold one more than the page takes: then there is a next one. */
export function archivePage(rows: SessionAtEvent[], asked: ArchiveAsked, size: number): ArchivePage {
  const { words } = asked;
  const shown = rows.slice(0, size);
  const last = rows.length > size ? shown.at(-1) : undefined;
  const filtered = words !== '' || asked.having !== undefined;
  return {
    heading: words ? t('sessions:archive.found_heading', { words }) : t('sessions:archive.heading'),
    q: fieldView({
      name: 'q',
      type: 'search',
      value: words,
      label: t('sessions:archive.q'),
      placeholder: t('sessions:archive.q_placeholder'),
      maxlength: 100,
    }),
    having: fieldView({
      name: 'with',
      control: 'select',
      value: asked.having ?? '',
      label: t('sessions:archive.with'),
      options: ['', ...having].map((value) => ({
        value,
        label: t(`sessions:archive.with_${value || 'any'}`),
      })),
    }),
    clear: filtered ? '/sessions' : undefined,
    groups: groupsOf(shown),
    pager: {
      next: last && archiveUrl({ ...asked, after: cursorOf(last) }),
      nextText: t('sessions:archive.older'),
    },
    empty: shown.length > 0 ? undefined : emptyOf(filtered),
  };
}

function groupsOf(rows: SessionAtEvent[]): ArchiveGroup[] {
  const groups = new Map<string, ArchiveGroup>();
  for (const row of rows) {
    const { event } = row;
    const group = groups.get(event.slug) ?? { event: eventView(event), rows: [] };
    group.rows.push(rowView(row));
    groups.set(event.slug, group);
  }
  return [...groups.values()];
}

const eventView = (event: SessionAtEvent['event']): ArchiveGroup['event'] => ({
  name: event.name,
  href: `/events/${event.slug}`,
  day: longDay(event.startsAt, event.zone),
  starts: event.startsAt.toISOString(),
  tape: eventTape(event),
});

const rowView = (session: SessionAtEvent): ArchiveRow => ({
  href: sessionUrl(session.event, session.number),
  title: session.title,
  lang: langOf(session),
  kind: t(`sessions:kinds.${session.kind}`),
  icon: sessionIcons[session.kind],
  hosts: hostNames(session),
  snippet: pieces(session.snippet),
  links: session.links.map(({ kind, title, url }) => ({
    text: t(`sessions:links.${kind}`),
    label: [t(`sessions:links.${kind}`), title || session.title].join(': '),
    href: url,
  })),
});

/** The snippet without the marks of Markdown, in pieces: what was found, and what stands around it. */
export function pieces(snippet: string): ArchiveRow['snippet'] {
  const text = snippet
    .replace(/^[ \t]{0,20}[-+>]\s/gm, ' ')
    .replace(/\]\([^()[\]]*\)|[*`#[\]]+/g, '')
    .replace(/\s+/g, ' ');
  return text.split(mark.begin).flatMap((part, n) => {
    const [hit, rest] = n === 0 ? ['', part] : parted(part);
    return [
      { text: hit, hit: true },
      { text: rest, hit: false },
    ].filter((one) => one.text !== '');
  });
}

const parted = (part: string): [string, string] => {
  const end = part.indexOf(mark.end);
  return end < 0 ? ['', part] : [part.slice(0, end), part.slice(end + 1)];
};

const emptyOf = (filtered: boolean): ArchivePage['empty'] =>
  filtered
    ? {
        heading: t('sessions:archive.empty_filter_heading'),
        text: t('sessions:archive.empty_filter'),
        link: { href: '/sessions', text: t('sessions:archive.clear') },
      }
    : {
        heading: t('sessions:archive.empty_heading'),
        text: t('sessions:archive.empty'),
        link: { href: '/events', text: t('sessions:archive.empty_link') },
      };

const cursorOf = ({ event, eventId, number }: SessionAtEvent): ArchiveCursor => ({
  startsAt: event.startsAt,
  eventId,
  number,
});

function archiveUrl({ words, having, after }: ArchiveAsked): string {
  const cursor = after && `${after.startsAt.getTime()}-${after.eventId}-${after.number}`;
  return `/sessions?${new URLSearchParams({
    ...(words && { q: words }),
    ...(having && { with: having }),
    ...(cursor && { after: cursor }),
  })}`;
}

/** Undefined for any other text: the list begins at its beginning. */
function readArchiveCursor(raw: unknown): ArchiveCursor | undefined {
  const found = typeof raw === 'string' ? /^(\d{1,13})-(\d{1,9})-(\d{1,9})$/.exec(raw) : null;
  if (!found) return undefined;
  const [startsAt, eventId, number] = found.slice(1).map(Number) as [number, number, number];
  return { startsAt: new Date(startsAt), eventId, number };
}
