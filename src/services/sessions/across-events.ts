import { and, asc, desc, eq, gt, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import {
  events,
  placements,
  rooms,
  type SessionLink,
  series,
  sessions,
  slots,
  stars,
} from '../../db/schema.ts';
import { cut, jsonOf } from '../../shared/text.ts';
import { columns, type Session, whole } from './queries.ts';
import { matches, queryOf } from './search.ts';

/** A session with the event that it is of. */
export type SessionAtEvent = Session & {
  event: {
    slug: string;
    name: string;
    startsAt: Date;
    endsAt: Date;
    zone: string;
    series: { slug: string } | null;
  };
  /** Where the words were found, each between `mark.begin` and `mark.end`; the text's beginning when nothing was looked for. */
  snippet: string;
};

/** Around what was found. Control characters, which no text that we keep has. */
export const mark = { begin: '\u0002', end: '\u0003' } as const;

/** Where a page of the archive ends: the next begins after it. */
export type ArchiveCursor = { startsAt: Date; eventId: number; number: number };

export type ArchiveAsked = {
  words: string;
  /** Only those with such a link. */
  having?: SessionLink['kind'];
  after?: ArchiveCursor;
};

/** The sessions of all events that have begun, the latest event first; `words` as in findSessions. One query. */
export async function archivedSessions(
  run: Run,
  { words, having, after }: ArchiveAsked,
  now: Date,
  limit: number,
  personId?: number,
): Promise<SessionAtEvent[]> {
  const rows = await atEvents(run, personId, snippet(words))
    .where(
      and(
        isNull(sessions.withdrawnAt),
        eq(events.state, 'published'),
        lte(events.startsAt, now),
        words ? matches(words) : undefined,
        having && sql`${sessions.links} @> ${jsonOf([{ kind: having }])}::jsonb`,
        after &&
          sql`(${events.startsAt}, ${events.id}, -${sessions.number}) < (${after.startsAt}::timestamptz, ${after.eventId}::int, ${-after.number}::int)`,
      ),
    )
    .orderBy(desc(events.startsAt), desc(events.id), asc(sessions.number))
    .limit(limit);
  return rows.map(withEvent);
}

/** What a person holds or starred at events that are not over, in the order of time. One query. */
export async function comingSessionsOf(run: Run, personId: number, now: Date): Promise<SessionAtEvent[]> {
  const rows = await atEvents(run, personId, snippet(''))
    .where(
      and(
        isNull(sessions.withdrawnAt),
        eq(events.state, 'published'),
        gt(events.endsAt, now),
        sql`(${stars.personId} is not null or exists (
          select 1 from session_hosts h where h.session_id = ${sessions.id} and h.person_id = ${personId}))`,
      ),
    )
    .orderBy(sql`coalesce(${slots.startsAt}, ${events.endsAt})`, asc(events.id), asc(sessions.number))
    .limit(200);
  return rows.map(withEvent);
}

/**
 * Full-text search over the sessions of all public events, by the beginnings of words; for `find`. Those of the event `first` come before
 * all others, then what the person starred, then the best. One query.
 */
export async function findSessions(
  run: Run,
  words: string,
  limit: number,
  { first = 0, personId }: { first?: number; personId?: number } = {},
): Promise<SessionAtEvent[]> {
  const rows = await atEvents(run, personId, snippet(''))
    .where(and(matches(words), isNull(sessions.withdrawnAt), eq(events.state, 'published')))
    .orderBy(
      desc(sql`${events.id} = ${first}::int`),
      sql`${stars.personId} is null`,
      desc(sql`ts_rank(${sessions.search}, ${queryOf(words)})`),
      desc(events.startsAt),
      asc(sessions.number),
    )
    .limit(limit);
  return rows.map(withEvent);
}

const atEvents = (run: Run, personId: number | undefined, snippet: SQL.Aliased<string>) =>
  run
    .select({
      ...columns,
      starred: sql<boolean>`${stars.personId} is not null`.as('starred'),
      snippet,
      event: {
        slug: events.slug,
        name: events.name,
        startsAt: events.startsAt,
        endsAt: events.endsAt,
        zone: events.zone,
      },
      seriesSlug: series.slug,
    })
    .from(sessions)
    .innerJoin(events, eq(events.id, sessions.eventId))
    .leftJoin(series, eq(series.id, events.seriesId))
    .leftJoin(placements, eq(placements.sessionId, sessions.id))
    .leftJoin(rooms, eq(rooms.id, placements.roomId))
    .leftJoin(slots, eq(slots.id, placements.slotId))
    .leftJoin(stars, and(eq(stars.sessionId, sessions.id), eq(stars.personId, personId ?? 0)));

type Row = Awaited<ReturnType<typeof atEvents>>[number];

const withEvent = ({ seriesSlug, event, snippet, ...session }: Row): SessionAtEvent => ({
  ...whole(session),
  event: { ...event, series: seriesSlug ? { slug: seriesSlug } : null },
  snippet: snippet.includes(mark.begin) ? snippet : cut(snippet, 241, '…'),
});

const marks = `StartSel=${mark.begin}, StopSel=${mark.end}`;
const shown = `${marks}, HighlightAll=true`;
const cutOut = `${marks}, MaxFragments=2, MinWords=12, MaxWords=28, FragmentDelimiter=" … "`;

/** A short text is shown whole. Not cut out before the rows of the page are known: Postgres does what is dear after the limit. */
const snippet = (words: string) =>
  (words
    ? sql<string>`ts_headline('simple', ${sessions.abstract}, ${queryOf(words)},
        case when length(${sessions.abstract}) <= 240 then ${shown} else ${cutOut} end)`
    : sql<string>`case when length(${sessions.abstract}) <= 240 then ${sessions.abstract} else left(${sessions.abstract}, 320) end`
  ).as('snippet');
