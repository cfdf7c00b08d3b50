import { sql } from 'drizzle-orm';
import { index, integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { at, created, id } from './columns.ts';
import { events } from './events.ts';
import { people } from './people.ts';

/**
 * A link for the wall of an event: whoever registers by it does not count on the network that the whole room shares. `key` is the random half
 * of its token. It ends by itself, or when it is closed.
 */
export const entrances = pgTable(
  'entrances',
  {
    id: id(),
    key: uuid().notNull().unique().default(sql`gen_random_uuid()`),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    openedBy: integer().references(() => people.id),
    createdAt: created(),
    endsAt: at().notNull(),
  },
  (t) => [index().on(t.eventId)],
);
