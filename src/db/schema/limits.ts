import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';

/**
 * How often somebody has done what there is a limit on: see services/limits. `key` is the limit's name with a keyed hash
 * of whose count it is. Both windows begin with the first time, and begin anew with the first time after their end.
 */
export const limits = pgTable(
  'limits',
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    until: at().notNull(),
    today: integer().notNull(),
    todayUntil: at().notNull(),
  },
  (t) => [index().on(t.todayUntil)],
);
