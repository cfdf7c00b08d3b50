// Rooms by times, and what is where.

import { isNotNull } from 'drizzle-orm';
import { index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { at, created, id, jsonb } from './columns.ts';
import { events } from './events.ts';
import { people } from './people.ts';
import { sessions } from './sessions.ts';

export const rooms = pgTable(
  'rooms',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    name: text().notNull(),
    /** People that it holds; null: nobody said. */
    capacity: integer(),
    /** Such as `projector`, `whiteboard`: what a session may wish for. */
    features: text().array().notNull().default([]),
    position: integer().notNull(),
    createdAt: created(),
  },
  (t) => [unique().on(t.eventId, t.name)],
);

/** A stretch of time on an event's grid: in each room one session, or with a title something that all do together. */
export const slots = pgTable(
  'slots',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** Welcome, lunch, closing: across all rooms, and nobody can claim it. Null: free to claim. */
    title: text(),
    createdAt: created(),
  },
  (t) => [unique().on(t.eventId, t.startsAt)],
);

/** A session in a room and slot. The two keys are what makes a claim atomic: one session a cell, one cell a session. */
export const placements = pgTable(
  'placements',
  {
    sessionId: integer()
      .primaryKey()
      .references(() => sessions.id),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    roomId: integer()
      .notNull()
      .references(() => rooms.id),
    slotId: integer()
      .notNull()
      .references(() => slots.id),
    placedAt: created(),
  },
  (t) => [unique('placements_cell').on(t.roomId, t.slotId), index().on(t.eventId)],
);

/** Every change of an event's grid, in order: what changed since, and who is to be told. */
export const gridChanges = pgTable(
  'grid_changes',
  {
    id: id(),
    eventId: integer()
      .notNull()
      .references(() => events.id),
    sessionId: integer()
      .notNull()
      .references(() => sessions.id),
    kind: text().notNull().$type<'placed' | 'moved' | 'unplaced' | 'withdrawn'>(),
    /** Names and times as they were: rooms and slots may be renamed or removed later. */
    before: jsonb().$type<Cell>(),
    after: jsonb().$type<Cell>(),
    personId: integer().references(() => people.id),
    /** Of what is not the same when it is done twice: a swap. */
    requestKey: text(),
    createdAt: created(),
  },
  (t) => [
    index().on(t.eventId, t.id),
    uniqueIndex('grid_changes_request').on(t.eventId, t.requestKey).where(isNotNull(t.requestKey)),
  ],
);

export type Cell = { room: string; startsAt: string; endsAt: string };
