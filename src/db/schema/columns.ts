import { sql } from 'drizzle-orm';
import { customType, integer, timestamp } from 'drizzle-orm/pg-core';

// Columns that many tables have.

export const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
export const at = () => timestamp({ withTimezone: true });
export const created = () => at().notNull().default(sql`now()`);
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
