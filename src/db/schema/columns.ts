import { sql } from 'drizzle-orm';
import { customType, index, integer, type PgColumn, timestamp } from 'drizzle-orm/pg-core';
import { jsonOf } from '../../shared/text.ts';

// Columns that many tables have.

export const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
export const at = () => timestamp({ withTimezone: true });
export const created = () => at().notNull().default(sql`now()`);

/** What is written here is whole, whatever was put into it: see `jsonOf`. */
export const jsonb = customType<{ data: unknown }>({
  dataType: () => 'jsonb',
  toDriver: jsonOf,
});

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** Finds what is old in a table that grows by time, for its end: a few pages in size, and next to nothing to keep. */
export const old = (column: PgColumn) => index().using('brin', column);
