import { isNotNull, ne, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Answers, Field } from '../shared/form.ts';

const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
const at = () => timestamp({ withTimezone: true });
const created = () => at().notNull().default(sql`now()`);
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** Someone with an e-mail address. `verifiedAt` null: somebody typed the address, nobody has read mail there yet. */
export const people = pgTable('people', {
  id: id(),
  email: text().notNull().unique(),
  name: text().notNull(),
  verifiedAt: at(),
  /** False after "no more mail": sign-in links and answers to what one just did still come. */
  notify: boolean().notNull().default(true),
  /** The random half of the address of their own calendar; a new one ends the old address. */
  feedKey: uuid().notNull().unique().default(sql`gen_random_uuid()`),
  createdAt: created(),
});

/** A chat identity (`xmpp:ann@example.org`). `linkedAt` null with a person: provisional, see services/people/rules.ts. */
export const addresses = pgTable(
  'addresses',
  {
    id: id(),
    uri: text().notNull().unique(),
    personId: integer().references(() => people.id),
    linkedAt: at(),
    /** Set by `stop`: answered when it writes, never written to first. */
    stoppedAt: at(),
    createdAt: created(),
  },
  (t) => [index().on(t.personId)],
);

export const roles = pgTable(
  'roles',
  {
    id: id(),
    personId: integer()
      .notNull()
      .references(() => people.id),
    role: text().notNull().$type<'organiser' | 'helper'>(),
    /** Null: the whole site. */
    eventId: integer().references(() => events.id),
    createdAt: created(),
  },
  (t) => [unique().on(t.personId, t.eventId).nullsNotDistinct()],
);

/** Several events that belong together: a web week, a monthly meetup. */
export const series = pgTable('series', {
  id: id(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  summary: text().notNull().default(''),
  createdAt: created(),
});

export const images = pgTable('images', {
  id: id(),
  type: text().notNull(),
  bytes: bytea().notNull(),
  createdAt: created(),
});

export const eventKinds = ['barcamp', 'conference', 'dinner', 'meetup'] as const;
export type EventKind = (typeof eventKinds)[number];

export const events = pgTable(
  'events',
  {
    id: id(),
    slug: text().notNull().unique(),
    seriesId: integer().references(() => series.id),
    kind: text().notNull().$type<EventKind>(),
    name: text().notNull(),
    summary: text().notNull().default(''),
    /** Markdown. */
    description: text().notNull().default(''),
    venueName: text().notNull().default(''),
    venueAddress: text().notNull().default(''),
    venueUrl: text().notNull().default(''),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** IANA name. */
    zone: text().notNull(),
    /** Null: no limit. */
    capacity: integer(),
    waitingList: boolean().notNull().default(true),
    /** Null: open as soon as it is published; closes at the start. */
    opensAt: at(),
    closesAt: at(),
    /** "Over" is not a state but `endsAt` in the past. */
    state: text().notNull().default('draft').$type<'draft' | 'published' | 'cancelled'>(),
    questions: jsonb().notNull().default([]).$type<Field[]>(),
    imageId: integer().references(() => images.id),
    /** Counters, kept under the row's lock: places taken, people waiting, the next position in the line. */
    taken: integer().notNull().default(0),
    waiting: integer().notNull().default(0),
    nextPosition: integer().notNull().default(1),
    /** Of a BarCamp's grid: whether attendees may put sessions on it, and the number of the next session. */
    gridOpen: boolean().notNull().default(true),
    nextSession: integer().notNull().default(1),
    /** The last change of the grid that people were told of. */
    gridTold: integer().notNull().default(0),
    /** Rises with each change of what is said about the event: iCalendar's SEQUENCE, and the guard of two editors. */
    version: integer().notNull().default(0),
    publishedAt: at(),
    cancelledAt: at(),
    cancelMessage: text().notNull().default(''),
    createdAt: created(),
    updatedAt: created(),
  },
  (t) => [index().on(t.endsAt), index().on(t.seriesId)],
);

export type RegistrationState = 'confirmed' | 'waitlisted' | 'cancelled';

export const registrations = pgTable(
  'registrations',
  {
    id: id(),
    /** The random half of the manage link and of the ticket's code. */
    key: uuid().notNull().unique().default(sql`gen_random_uuid()`),
    /** Raised to revoke the links that were sent. */
    generation: integer().notNull().default(0),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    personId: integer()
      .notNull()
      .references(() => people.id),
    /** As typed for this event: a stranger who types somebody's e-mail renames nobody. */
    name: text().notNull(),
    state: text().notNull().$type<RegistrationState>(),
    /** The order of the line: smaller is earlier. */
    position: integer().notNull(),
    door: text().notNull(),
    answers: jsonb().notNull().default({}).$type<Answers>(),
    /** On the public attendee list. */
    listed: boolean().notNull().default(false),
    /** The chat address that registered, if one did. */
    addressId: integer().references(() => addresses.id),
    /** A form's nonce or a chat message's key: the same request twice is one registration. */
    requestKey: text(),
    createdAt: created(),
    confirmedAt: at(),
    cancelledAt: at(),
    cancelledBy: text().$type<'self' | 'organiser' | 'event'>(),
  },
  (t) => [
    // One living registration a person and event, held by the database whatever the door.
    uniqueIndex('registrations_living').on(t.eventId, t.personId).where(ne(t.state, sql`'cancelled'`)),
    uniqueIndex('registrations_request').on(t.eventId, t.requestKey).where(isNotNull(t.requestKey)),
    index('registrations_line').on(t.eventId, t.position).where(sql`${t.state} = 'waitlisted'`),
    index('registrations_event').on(t.eventId, t.id),
    index('registrations_person').on(t.personId),
  ],
);

/** What a person is to be told, once: the row is made in the worker, from the job that the change enqueued. */
export const notices = pgTable(
  'notices',
  {
    id: id(),
    /** Names the happening: the same one is not told twice however often its job is run. */
    key: text().notNull().unique(),
    kind: text().notNull(),
    personId: integer()
      .notNull()
      .references(() => people.id),
    eventId: integer().references(() => events.id),
    registrationId: integer().references(() => registrations.id),
    /** `job`: the queue's job that made it. Notices came about in the order of these. `changes`: of the grid. */
    data: jsonb().notNull().default({}).$type<{ job?: string; changes?: NoticedChange[] }>(),
    createdAt: created(),
    mailedAt: at(),
    chattedAt: at(),
  },
  (t) => [index().on(t.registrationId), index().on(t.personId)],
);

/** A link that lives minutes and works once; `key` is the random half of its token. */
export const signIns = pgTable(
  'sign_ins',
  {
    key: uuid().primaryKey().default(sql`gen_random_uuid()`),
    email: text().notNull(),
    /** A local path to go on to. */
    next: text().notNull().default('/me'),
    expiresAt: at().notNull(),
    usedAt: at(),
    createdAt: created(),
  },
  (t) => [index().on(t.expiresAt)],
);

/**
 * A code that links a chat address to a person: shown on the website (`personId`, told to the bot by any address),
 * or mailed (`addressId` and `email`, told to the bot by that address alone).
 */
export const chatCodes = pgTable(
  'chat_codes',
  {
    id: id(),
    hash: text().notNull(),
    personId: integer().references(() => people.id),
    addressId: integer().references(() => addresses.id),
    email: text(),
    attempts: integer().notNull().default(0),
    expiresAt: at().notNull(),
    usedAt: at(),
    createdAt: created(),
  },
  (t) => [index().on(t.hash), index().on(t.addressId), index().on(t.expiresAt)],
);

/** Where a chat address is in its dialogue. */
export const conversations = pgTable('conversations', {
  address: text().primaryKey(),
  state: jsonb().notNull().$type<unknown>(),
  updatedAt: created(),
});

/** Each message that was answered, with its answer: one that is delivered again gets the same, and does nothing twice. */
export const inbox = pgTable(
  'inbox',
  {
    address: text().notNull(),
    key: text().notNull(),
    replies: jsonb().notNull().$type<unknown[]>(),
    createdAt: created(),
  },
  (t) => [primaryKey({ columns: [t.address, t.key] }), index().on(t.createdAt)],
);

/** What the web chat shows again after a reload. */
export const chatMessages = pgTable(
  'chat_messages',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    address: text().notNull(),
    /** A stable name, so that a retried delivery is shown once. */
    key: text().notNull(),
    author: text().notNull().$type<'person' | 'bot'>(),
    text: text().notNull(),
    choices: jsonb().$type<{ value: string; label: string }[]>(),
    createdAt: created(),
  },
  (t) => [uniqueIndex().on(t.address, t.key), index().on(t.address, t.id)],
);

/** express-session's, through connect-pg-simple. */
export const webSessions = pgTable(
  'web_sessions',
  {
    sid: text().primaryKey(),
    sess: jsonb().notNull(),
    expire: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [index().on(t.expire)],
);

export const rooms = pgTable(
  'rooms',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    name: text().notNull(),
    /** People that it holds; null: nobody said. */
    capacity: integer(),
    /** Such as `projector`, `whiteboard`: what a session may wish for. */
    features: text().array().notNull().default([]),
    position: integer().notNull(),
    createdAt: created(),
  },
  (t) => [unique().on(t.eventId, t.name)],
);

/** A stretch of time on an event's grid: in each room one session, or with a title something that all do together. */
export const slots = pgTable(
  'slots',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** Welcome, lunch, closing: across all rooms, and nobody can claim it. Null: free to claim. */
    title: text(),
    createdAt: created(),
  },
  (t) => [unique().on(t.eventId, t.startsAt)],
);

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

/** A session in a room and slot. The two keys are what makes a claim atomic: one session a cell, one cell a session. */
export const placements = pgTable(
  'placements',
  {
    sessionId: integer()
      .primaryKey()
      .references(() => sessions.id),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    roomId: integer()
      .notNull()
      .references(() => rooms.id),
    slotId: integer()
      .notNull()
      .references(() => slots.id),
    placedAt: created(),
  },
  (t) => [unique('placements_cell').on(t.roomId, t.slotId), index().on(t.eventId)],
);

/** Every change of an event's grid, in order: what changed since, and who is to be told. */
export const gridChanges = pgTable(
  'grid_changes',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    sessionId: integer()
      .notNull()
      .references(() => sessions.id),
    kind: text().notNull().$type<'placed' | 'moved' | 'unplaced' | 'withdrawn'>(),
    /** Names and times as they were: rooms and slots may be renamed or removed later. */
    before: jsonb().$type<Cell>(),
    after: jsonb().$type<Cell>(),
    personId: integer().references(() => people.id),
    /** Of what is not the same when it is done twice: a swap. */
    requestKey: text(),
    createdAt: created(),
  },
  (t) => [
    index().on(t.eventId, t.id),
    uniqueIndex('grid_changes_request').on(t.eventId, t.requestKey).where(isNotNull(t.requestKey)),
  ],
);
/** What a notice tells of a session: where it was and where it was put, by its id. */
export type NoticedChange = { session: number; before: Cell | null; after: Cell | null };
export type Cell = { room: string; startsAt: string; endsAt: string };
