// Programs of others that talk to the bot's people.

import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { at, created, id, old } from './columns.ts';
import { addresses } from './people.ts';

/** What a program proves itself with: `key` is the half of its token that is on file. */
export const apiTokens = pgTable('api_tokens', {
  id: id(),
  name: text().notNull().unique(),
  key: uuid().notNull().unique().default(sql`gen_random_uuid()`),
  createdAt: created(),
  lastUsedAt: at(),
  revokedAt: at(),
});

/** A message of a program to somebody who has written to the bot. */
export const pushes = pgTable(
  'pushes',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    tokenId: integer()
      .notNull()
      .references(() => apiTokens.id),
    addressId: integer()
      .notNull()
      .references(() => addresses.id),
    text: text().notNull(),
    createdAt: created(),
    sentAt: at(),
  },
  (t) => [index().on(t.addressId), old(t.createdAt)],
);

/** Somebody who writes by way of a gateway in the Imified style, as that knows them. */
export const gatewayUsers = pgTable('gateway_users', {
  addressId: integer()
    .primaryKey()
    .references(() => addresses.id, { onDelete: 'cascade' }),
  /** As it is written there: `Jabber`. */
  network: text().notNull(),
  /** Their name on that network. */
  user: text().notNull().default(''),
});

/** What the bot shows of itself on the networks: one row, set by a program. */
export const botStatus = pgTable('bot_status', {
  id: integer().primaryKey().default(1),
  status: text().notNull().default(''),
  message: text().notNull().default(''),
});
