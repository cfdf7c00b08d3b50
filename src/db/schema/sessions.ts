// What people propose for a BarCamp.

import { isNotNull, sql } from 'drizzle-orm';
import {
  boolean,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, created, id, jsonb } from './columns.ts';
import { events } from './events.ts';
import { people } from './people.ts';

export const sessionKinds = ['talk', 'discussion', 'workshop', 'demo'] as const;

export type SessionKind = (typeof sessionKinds)[number];

/** A session that somebody proposed for an event. */
export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    /** The random half of its card's code. */
    key: uuid().notNull().unique().default(sql`gen_random_uuid()`),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    /** What people call it by in a chat: `claim 12`. Counts from 1 in each event. */
    number: integer().notNull(),
    title: text().notNull(),
    /** Markdown. */
    abstract: text().notNull().default(''),
    kind: text().notNull().$type<SessionKind>(),
    level: text().notNull().default('').$type<'' | 'beginner' | 'intermediate' | 'advanced'>(),
    /** BCP 47. */
    language: text().notNull().default('en'),
    /** Wished for. */
    minutes: integer(),
    features: text().array().notNull().default([]),
    tags: text().array().notNull().default([]),
    links: jsonb().notNull().default([]).$type<SessionLink[]>(),
    /** The first session that its host proposed here: such are pitched first. */
    newcomer: boolean().notNull().default(false),
    /** Not read any more: stars are counted (sessions/queries.ts). Processes of earlier versions still do. */
    stars: integer().notNull().default(0),
    /** iCalendar's SEQUENCE: rises with each change of what, when or where. */
    version: integer().notNull().default(0),
    requestKey: text(),
    createdAt: created(),
    updatedAt: created(),
    withdrawnAt: at(),
    search: customType<{ data: string }>({ dataType: () => 'tsvector' })().generatedAlwaysAs(
      sql`to_tsvector('simple', title || ' ' || abstract)`,
    ),
  },
  (t) => [
    unique().on(t.eventId, t.number),
    uniqueIndex('sessions_request').on(t.eventId, t.requestKey).where(isNotNull(t.requestKey)),
    index('sessions_search').using('gin', t.search),
  ],
);

/** Slides, notes, recordings: added before or afterwards. */
export type SessionLink = { kind: 'slides' | 'notes' | 'recording' | 'link'; url: string; title: string };

/** Who holds a session; `position` 0 proposed it. */
export const hosts = pgTable(
  'session_hosts',
  {
    sessionId: integer()
      .notNull()
      .references(() => sessions.id),
    personId: integer()
      .notNull()
      .references(() => people.id),
    /** As they are called on the grid. */
    name: text().notNull(),
    position: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sessionId, t.personId] }), index().on(t.personId)],
);

/** Who was asked to hold a session too. Nobody becomes a host, or is known to come, without a yes of their own. */
export const hostInvitations = pgTable(
  'host_invitations',
  {
    sessionId: integer()
      .notNull()
      .references(() => sessions.id),
    personId: integer()
      .notNull()
      .references(() => people.id),
    invitedBy: integer()
      .notNull()
      .references(() => people.id),
    createdAt: created(),
    declinedAt: at(),
  },
  (t) => [primaryKey({ columns: [t.sessionId, t.personId] }), index().on(t.personId)],
);

export const stars = pgTable(
  'stars',
  {
    sessionId: integer()
      .notNull()
      .references(() => sessions.id),
    personId: integer()
      .notNull()
      .references(() => people.id),
    createdAt: created(),
  },
  (t) => [primaryKey({ columns: [t.sessionId, t.personId] }), index().on(t.personId)],
);
