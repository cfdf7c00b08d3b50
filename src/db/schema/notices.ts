// What people are told.

import { isNull } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, created, id, jsonb, old } from './columns.ts';
import { events } from './events.ts';
import type { Cell } from './grid.ts';
import { addresses, people } from './people.ts';
import { registrations } from './registrations.ts';

/** What a person is to be told, once: the row is made in the worker, from the job that the change enqueued. */
export const notices = pgTable(
  'notices',
  {
    id: id(),
    /** Names the happening: the same one is not told twice however often its job is run. */
    key: text().notNull().unique(),
    kind: text().notNull(),
    personId: integer()
      .notNull()
      .references(() => people.id),
    eventId: integer().references(() => events.id),
    registrationId: integer().references(() => registrations.id),
    /** `job`: the queue's job that made it. Notices came about in the order of these. `changes`: of the grid. `announcement`: its id. */
    data: jsonb()
      .notNull()
      .default({})
      .$type<{ job?: string; changes?: NoticedChange[]; announcement?: number }>(),
    createdAt: created(),
    mailedAt: at(),
    chattedAt: at(),
  },
  (t) => [index().on(t.registrationId), index().on(t.personId), old(t.createdAt)],
);

/**
 * What a chat address is still to be told, or was. `claimedBy`: the queue's job that says it; what one job claims is one message, and the
 * same one when the job is run again.
 */
export const chatNotices = pgTable(
  'chat_notices',
  {
    noticeId: integer()
      .notNull()
      .references(() => notices.id, { onDelete: 'cascade' }),
    addressId: integer()
      .notNull()
      .references(() => addresses.id),
    claimedBy: bigint({ mode: 'number' }),
    sentAt: at(),
  },
  (t) => [
    primaryKey({ columns: [t.noticeId, t.addressId] }),
    index().on(t.addressId),
    index('chat_notices_due').on(t.addressId).where(isNull(t.sentAt)),
  ],
);

/** What a notice tells of a session: where it was and where it was put, by its id. */
export type NoticedChange = { session: number; before: Cell | null; after: Cell | null };
