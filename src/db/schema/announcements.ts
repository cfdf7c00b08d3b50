// What organisers say to everyone of an event.

import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { created, id } from './columns.ts';
import { events } from './events.ts';
import { people } from './people.ts';

export const announcements = pgTable(
  'announcements',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    text: text().notNull(),
    /** Those who have places; or those too who wait or have an offer. */
    audience: text().notNull().$type<'coming' | 'everyone'>(),
    personId: integer().references(() => people.id),
    /** A form's nonce or a chat message's key: the same request twice is one announcement. */
    requestKey: text(),
    createdAt: created(),
  },
  (t) => [index().on(t.eventId, t.id), uniqueIndex().on(t.eventId, t.requestKey)],
);
