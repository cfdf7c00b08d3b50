// Who comes.

import { isNotNull, ne, sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Answers } from '../../shared/form.ts';
import { at, created, id } from './columns.ts';
import { events } from './events.ts';
import { addresses, people } from './people.ts';

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
