// Who comes.

import { isNotNull, ne, sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Answers } from '../../shared/form.ts';
import type { Choices } from '../../shared/menu.ts';
import { at, created, id, jsonb } from './columns.ts';
import { events } from './events.ts';
import { addresses, people } from './people.ts';

/** `offered`: a place is held for them until they answer or the time is over. */
export type RegistrationState = 'confirmed' | 'offered' | 'waitlisted' | 'cancelled';

/** `unproved`: nobody opened the link in the mail in time. */
export type CancelledBy = 'self' | 'organiser' | 'event' | 'lapsed' | 'unproved';

/** Many registrations that an organiser cancels at once, and perhaps takes back. */
export const cancellations = pgTable(
  'cancellations',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    personId: integer().references(() => people.id),
    /** How many the organiser was told of before, and how many of them were there to be cancelled. */
    asked: integer().notNull(),
    total: integer().notNull(),
    createdAt: created(),
    doneAt: at(),
    /** When it was taken back, and when that was done. */
    undoneAt: at(),
    restoredAt: at(),
  },
  (t) => [index().on(t.eventId)],
);

export const registrations = pgTable(
  'registrations',
  {
    id: id(),
    /** The random half of the manage link and of the ticket's code. */
    key: uuid().notNull().unique().default(sql`gen_random_uuid()`),
    /** Raised to end the links and tickets that were shown; the second number ends those that were mailed. */
    generation: integer().notNull().default(0),
    mailGeneration: integer().notNull().default(0),
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
    /** How many people it is for: who registered, and their guests. */
    size: integer().notNull().default(1),
    /** The last offer that they got, and until when it stands; when they asked to be asked again. */
    offeredAt: at(),
    offerExpiresAt: at(),
    skippedAt: at(),
    door: text().notNull(),
    answers: jsonb().notNull().default({}).$type<Answers>(),
    /** Names of people to sit near, as typed; at a dinner. */
    near: text().notNull().default(''),
    /** When they were last asked whether they still come, and when they said so. */
    reconfirmAskedAt: at(),
    reconfirmedAt: at(),
    /** On the public attendee list. */
    listed: boolean().notNull().default(false),
    /** The chat address that registered, if one did. */
    addressId: integer().references(() => addresses.id),
    /** A form's nonce or a chat message's key: the same request twice is one registration. */
    requestKey: text(),
    createdAt: created(),
    confirmedAt: at(),
    cancelledAt: at(),
    cancelledBy: text().$type<CancelledBy>(),
    /** What it was before, and the cancellation of many that it belongs to: with these it can be taken back. */
    cancelledFrom: text().$type<RegistrationState>(),
    cancellationId: integer().references(() => cancellations.id),
    /** Until when somebody of an address that nobody has proved is asked to open the link in their mail, and when they are reminded. */
    proveBy: at(),
    proveRemindAt: at(),
    /** When organisers asked for that; absent: it was asked from the start. */
    proveAskedAt: at(),
  },
  (t) => [
    // One living registration a person and event, held by the database whatever the door.
    uniqueIndex('registrations_living').on(t.eventId, t.personId).where(ne(t.state, sql`'cancelled'`)),
    uniqueIndex('registrations_request').on(t.eventId, t.requestKey).where(isNotNull(t.requestKey)),
    index('registrations_line').on(t.eventId, t.position).where(sql`${t.state} = 'waitlisted'`),
    index('registrations_line_size').on(t.eventId, t.size, t.position).where(sql`${t.state} = 'waitlisted'`),
    index('registrations_offers').on(t.eventId, t.position).where(sql`${t.state} = 'offered'`),
    index('registrations_event').on(t.eventId, t.id),
    index('registrations_person').on(t.personId),
    // Partial: whoever is not asked pays for none.
    index('registrations_prove')
      .on(t.proveBy)
      .where(sql`${t.proveBy} is not null and ${t.state} <> 'cancelled'`),
    index('registrations_cancellation').on(t.cancellationId).where(isNotNull(t.cancellationId)),
    // For the end of an address. Partial: who registers on the website pays nothing for it.
    index('registrations_address').on(t.addressId).where(isNotNull(t.addressId)),
  ],
);

/**
 * Who belongs to a registration of which something is on file; position 0 is who registered, whose name the registration has.
 * A registration without rows is for its size in people of whom nothing was said.
 */
export const members = pgTable(
  'members',
  {
    registrationId: integer()
      .notNull()
      .references(() => registrations.id),
    position: integer().notNull(),
    /** Null: a guest who has not been named yet. */
    name: text(),
    diets: text().array().notNull().default([]).$type<Diet[]>(),
    dietOther: text().notNull().default(''),
    choices: jsonb().notNull().default({}).$type<Choices>(),
  },
  (t) => [primaryKey({ columns: [t.registrationId, t.position] })],
);
export const diets = ['vegetarian', 'vegan', 'halal', 'kosher', 'gluten_free', 'nut_allergy'] as const;
export type Diet = (typeof diets)[number];

/** Who of a party has come, by their position in it. */
export const arrivals = pgTable(
  'arrivals',
  {
    registrationId: integer()
      .notNull()
      .references(() => registrations.id),
    position: integer().notNull(),
    at: at().notNull(),
    /** Who let them in. */
    personId: integer().references(() => people.id),
  },
  (t) => [primaryKey({ columns: [t.registrationId, t.position] })],
);
