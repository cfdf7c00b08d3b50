// Rooms on a chat network (XEP-0045) that the bot is in.

import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { at, created, id } from './columns.ts';
import { events } from './events.ts';
import { people } from './people.ts';

export const chatrooms = pgTable(
  'chatrooms',
  {
    id: id(),
    /** The room's bare address. */
    jid: text().notNull().unique(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    /** It says there what begins, and what of the grid changes, unasked. */
    announces: boolean().notNull().default(false),
    /** The last change of the grid, and the start of the last slot, that were said there. */
    gridTold: integer().notNull().default(0),
    beganTold: at(),
    personId: integer().references(() => people.id),
    createdAt: created(),
    /** It was told to leave, or was put out: it does not come back by itself. */
    leftAt: at(),
  },
  (t) => [index().on(t.eventId)],
);
