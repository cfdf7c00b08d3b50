// Events and the series that they belong to.

import { boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Field } from '../../shared/form.ts';
import type { Menu } from '../../shared/menu.ts';
import { at, bytea, created, id, jsonb } from './columns.ts';

/** Several events that belong together: a web week, a monthly meetup. */
export const series = pgTable('series', {
  id: id(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  summary: text().notNull().default(''),
  createdAt: created(),
});

export const images = pgTable('images', {
  id: id(),
  type: text().notNull(),
  bytes: bytea().notNull(),
  createdAt: created(),
});

export const eventKinds = ['barcamp', 'conference', 'dinner', 'meetup'] as const;

export type EventKind = (typeof eventKinds)[number];

export const events = pgTable(
  'events',
  {
    id: id(),
    slug: text().notNull().unique(),
    seriesId: integer().references(() => series.id),
    kind: text().notNull().$type<EventKind>(),
    name: text().notNull(),
    summary: text().notNull().default(''),
    /** Markdown. */
    description: text().notNull().default(''),
    venueName: text().notNull().default(''),
    venueAddress: text().notNull().default(''),
    venueUrl: text().notNull().default(''),
    /** What it costs and how that is paid, and a deposit: in words, as nothing is paid here. */
    cost: text().notNull().default(''),
    deposit: text().notNull().default(''),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** IANA name. */
    zone: text().notNull(),
    /** Null: no limit. */
    capacity: integer(),
    waitingList: boolean().notNull().default(true),
    /** How many people a registration may be for, guests included. */
    partyMost: integer().notNull().default(1),
    /** How the line moves: places are given at once, or offered for so many hours. See docs/waiting-list.md. */
    line: text().notNull().default('automatic').$type<'automatic' | 'offer'>(),
    offerHours: integer().notNull().default(24),
    /** So many hours an address that was never proved has to open the link in its mail; null: nobody is asked. */
    proveHours: integer(),
    /** The last time that many strangers came at once: since when, and when the organisers were told. */
    strangersSince: at(),
    strangersToldAt: at(),
    /** Nobody is told on a page or in a chat whether an address is registered: the mail to it tells. See services/registrations/evenly.ts. */
    quiet: boolean().notNull().default(false),
    /** Null: open as soon as it is published; closes at the start. */
    opensAt: at(),
    closesAt: at(),
    /** "Over" is not a state but `endsAt` in the past. */
    state: text().notNull().default('draft').$type<'draft' | 'published' | 'cancelled'>(),
    questions: jsonb().notNull().default([]).$type<Field[]>(),
    /** Of a dinner: the courses of which each member of a party chooses. */
    menu: jsonb().notNull().default([]).$type<Menu>(),
    /** So many hours before the start everyone is asked whether they still come; none: nobody is. */
    reconfirmHours: integer().array().notNull().default([]),
    /** When the restaurant is told how many come: later changes are shown as differences. */
    sheetAt: at(),
    imageId: integer().references(() => images.id),
    /** Counters, kept under the row's lock: places taken, held by offers, parties waiting, the next position in the line. */
    taken: integer().notNull().default(0),
    held: integer().notNull().default(0),
    waiting: integer().notNull().default(0),
    nextPosition: integer().notNull().default(1),
    /** The smallest position that was ever given: none is given twice, as a cancellation can be taken back. */
    firstPosition: integer().notNull().default(1),
    /** Of a BarCamp's grid: whether attendees may put sessions on it, and the number of the next session. */
    gridOpen: boolean().notNull().default(true),
    nextSession: integer().notNull().default(1),
    /** The last change of the grid that people were told of. */
    gridTold: integer().notNull().default(0),
    /** Rises with each change of what is said about the event: iCalendar's SEQUENCE, and the guard of two editors. */
    version: integer().notNull().default(0),
    publishedAt: at(),
    cancelledAt: at(),
    cancelMessage: text().notNull().default(''),
    /** Of the form that made it: sent again, it makes no second one. */
    requestKey: text(),
    createdAt: created(),
    updatedAt: created(),
  },
  (t) => [index().on(t.endsAt), index().on(t.seriesId), uniqueIndex('events_request').on(t.requestKey)],
);
