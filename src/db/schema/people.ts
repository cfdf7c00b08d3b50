// People, how they prove who they are, and what they may do.

import { isNotNull, isNull, sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  pgTable,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, created, id, jsonb } from './columns.ts';
import { events } from './events.ts';

/** Someone with an e-mail address. `verifiedAt` null: somebody typed the address, nobody has read mail there yet. */
export const people = pgTable(
  'people',
  {
    id: id(),
    email: text().notNull().unique(),
    name: text().notNull(),
    verifiedAt: at(),
    /** False after "no more mail": sign-in links and answers to what one just did still come. */
    notify: boolean().notNull().default(true),
    /** The random half of the address of their own calendar, once they asked for one; a new one ends the old address. */
    feedKey: uuid(),
    /** IANA; absent: times are those of each event alone. */
    zone: text(),
    /** What the bot does not write first of: sorts of notices, see services/people/rules.ts. */
    muted: text().array().notNull().default(sql`'{}'`),
    /** When the bot does not write first: minutes after midnight, in their zone; both or none. */
    quietFrom: smallint(),
    quietTo: smallint(),
    /** So many minutes before a session that they hold or starred begins, the bot says so. */
    remind: smallint(),
    /** In which the bot talks to them, when they chose one: a folder of src/words. */
    language: text(),
    /** When they last signed out everywhere: sessions from before are worth nothing. */
    signedOutAt: at(),
    createdAt: created(),
  },
  // Partial: whoever registers has none, and pays for none.
  (t) => [uniqueIndex('people_feed').on(t.feedKey).where(isNotNull(t.feedKey))],
);

/** A chat identity (`xmpp:ann@example.org`). `linkedAt` null with a person: provisional, see services/people/rules.ts. */
export const addresses = pgTable(
  'addresses',
  {
    id: id(),
    uri: text().notNull().unique(),
    personId: integer().references(() => people.id),
    linkedAt: at(),
    /** Whose it was, or was said to be, before the link ended: theirs to have forgotten. `unlinkedAt`: when, if it had been proved. */
    formerPersonId: integer().references(() => people.id),
    unlinkedAt: at(),
    /** What programs of others call it by; it says nothing of whose it is. */
    userKey: uuid().notNull().unique().default(sql`gen_random_uuid()`),
    /** Set by `stop`: answered when it writes, never written to first. */
    stoppedAt: at(),
    /** In which the bot talks there, when somebody chose one of whom it knows no more. */
    language: text(),
    createdAt: created(),
  },
  (t) => [
    index().on(t.personId),
    index('addresses_former').on(t.formerPersonId).where(isNotNull(t.formerPersonId)),
  ],
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
  (t) => [index().on(t.expiresAt), index('sign_ins_waiting').on(t.email).where(isNull(t.usedAt))],
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
