// What the site knows of itself.

import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** One value a name; which there are: src/db/settings.ts. */
export const settings = pgTable('settings', { name: text().primaryKey(), value: text().notNull() });

/** What the demo made, with a fingerprint of what it was then: what is not here, or is not so any more, is somebody's. */
export const demoRows = pgTable(
  'demo_rows',
  { kind: text().notNull(), rowId: integer().notNull(), fingerprint: text().notNull() },
  (t) => [primaryKey({ columns: [t.kind, t.rowId] })],
);
