// Conversations with the bot.

import { bigint, index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Asked } from '../../shared/chat.ts';
import { created, jsonb, old } from './columns.ts';

/** Where a chat address is in its dialogue. */
export const conversations = pgTable(
  'conversations',
  {
    address: text().primaryKey(),
    state: jsonb().notNull().$type<unknown>(),
    updatedAt: created(),
  },
  (t) => [index().on(t.updatedAt)],
);

/** Each message that was answered, with its answer: one that is delivered again gets the same, and does nothing twice. */
export const inbox = pgTable(
  'inbox',
  {
    address: text().notNull(),
    key: text().notNull(),
    replies: jsonb().notNull().$type<unknown[]>(),
    createdAt: created(),
  },
  (t) => [primaryKey({ columns: [t.address, t.key] }), index().on(t.createdAt)],
);

/** What the web chat shows again after a reload. */
export const chatMessages = pgTable(
  'chat_messages',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    address: text().notNull(),
    /** A stable name, so that a retried delivery is shown once. */
    key: text().notNull(),
    author: text().notNull().$type<'person' | 'bot'>(),
    text: text().notNull(),
    choices: jsonb().$type<{ value: string; label: string }[]>(),
    /** What the message asks for: for the field that the answer is typed into. */
    asks: jsonb().$type<Asked>(),
    /** BCP 47; null: English. */
    language: text(),
    createdAt: created(),
  },
  (t) => [uniqueIndex().on(t.address, t.key), index().on(t.address, t.id), old(t.createdAt)],
);
