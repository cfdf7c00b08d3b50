// Where people sit, and what the restaurant was told.

import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, created, id, jsonb } from './columns.ts';
import { events } from './events.ts';
import { registrations } from './registrations.ts';

export const dinnerTables = pgTable(
  'dinner_tables',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    /** The order in which they are shown and filled. */
    position: integer().notNull(),
    name: text().notNull(),
    seats: integer().notNull(),
    createdAt: created(),
  },
  (t) => [index().on(t.eventId, t.position)],
);

/** Where a member of a party sits, by their position in it; who has no row sits nowhere yet. */
export const seatings = pgTable(
  'seatings',
  {
    registrationId: integer()
      .notNull()
      .references(() => registrations.id),
    position: integer().notNull(),
    tableId: integer()
      .notNull()
      .references(() => dinnerTables.id, { onDelete: 'cascade' }),
    /** Put there by an organiser: automatic seating leaves them. */
    kept: boolean().notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.registrationId, t.position] }), index().on(t.tableId)],
);

/** What the restaurant was told, as it was then. */
export const restaurantSheets = pgTable('restaurant_sheets', {
  eventId: integer()
    .primaryKey()
    .references(() => events.id),
  frozenAt: at().notNull(),
  content: jsonb().notNull().$type<unknown>(),
});
