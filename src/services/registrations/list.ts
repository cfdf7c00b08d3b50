import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { people, type RegistrationState, registrations } from '../../db/schema.ts';
import type { Answers, Field } from '../../shared/form.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { maySee } from '../organising/rules.ts';
import { type AttendeeFilter, filters, matching, ranksOf } from './attendees.ts';

export const sorts = ['registered', 'name', 'line'] as const;
export type AttendeeSort = (typeof sorts)[number];

/** The sort keys of the row at which a page ends, as texts. */
export type Cursor = string[];

export type ListQuery = {
  filter: AttendeeFilter;
  sort: AttendeeSort;
  descending: boolean;
  /** The page that begins after this row, or the one that ends before it. */
  after?: Cursor;
  before?: Cursor;
};

export type AttendeeRow = {
  id: number;
  name: string;
  email: string;
  state: RegistrationState;
  /** 1 is the next in line. */
  rank?: number;
  door: string;
  listed: boolean;
  size: number;
  /** The names of those of a party who have been named, besides who registered. */
  guests: string[];
  answers: Answers;
  createdAt: Date;
  cancelledAt: Date | null;
  cancelledBy: string | null;
};

export type AttendeeList = {
  rows: AttendeeRow[];
  next?: Cursor;
  previous?: Cursor;
  /** How many fit the filter. */
  count: number;
  /** How many there are of each state, whatever the filter. */
  totals: Record<RegistrationState, number>;
};

/** Confirmed, then those who are asked, then those who wait in their order, then the cancelled. */
const stateOrder = sql`(case ${registrations.state} when 'confirmed' then 0 when 'offered' then 1 when 'waitlisted' then 2 else 3 end)`;

type Key = { by: SQL; type: 'int' | 'text' };
const byId: Key = { by: sql`${registrations.id}`, type: 'int' };

/** As people sort names, whatever the database's own order: É beside E, and not after Z. */
const byName: Key = { by: sql`(lower(${registrations.name}) collate "und-x-icu")`, type: 'text' };

/** What each sort orders by; the id makes every order a total one, so that no page repeats or drops a row. */
const keys: Record<AttendeeSort, Key[]> = {
  registered: [byId],
  name: [byName, byId],
  line: [{ by: stateOrder, type: 'int' }, { by: sql`${registrations.position}`, type: 'int' }, byId],
};

/** A page of an event's registrations with what is known of each. Refuses: not_organiser. */
export async function listAttendees(
  ctx: Ctx,
  event: { id: number; questions: Field[] },
  query: ListQuery,
  size = 50,
): Promise<Result<AttendeeList>> {
  if (!maySee(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  const where = matching(event.id, event.questions, query.filter);
  const [page, totals, matches] = await Promise.all([
    findPage(ctx, where, query, size),
    countStates(ctx, event.id),
    filters(query.filter) ? countMatches(ctx, where) : undefined,
  ]);
  const rows = await readRows(ctx, event.id, page.found);
  const all = totals.confirmed + totals.offered + totals.waitlisted + totals.cancelled;
  return ok({ rows, next: page.next, previous: page.previous, totals, count: matches ?? all });
}

type Found = { id: number; state: RegistrationState; keys: Cursor };

/**
 * The ids of a page; one row more than it holds says whether there is another. Backwards the order is turned, and turned
 * back. No index has the order by name or by line: 20,000 rows are sorted in 10 ms, and each index more would cost every
 * registration. That holds as long as no other table is joined before the page is cut.
 */
async function findPage(ctx: Ctx, where: SQL, { sort, descending, after, before }: ListQuery, size: number) {
  const from = validCursor(sort, after ?? before);
  const backwards = from !== undefined && after === undefined;
  const downwards = descending !== backwards;
  const rows: Found[] = await ctx.db
    .select({ id: registrations.id, state: registrations.state, keys: keysOf(sort) })
    .from(registrations)
    .where(and(where, from && beyond(sort, from, downwards)))
    .orderBy(...keys[sort].map((key) => (downwards ? desc(key.by) : asc(key.by))))
    .limit(size + 1);
  const more = rows.length > size;
  const found = backwards ? rows.slice(0, size).reverse() : rows.slice(0, size);
  const [hasPrevious, hasNext] = backwards ? [more, true] : [from !== undefined, more];
  return {
    found,
    previous: hasPrevious ? found[0]?.keys : undefined,
    next: hasNext ? found.at(-1)?.keys : undefined,
  };
}

async function readRows(ctx: Ctx, eventId: number, found: Found[]): Promise<AttendeeRow[]> {
  const ids = found.map((row) => row.id);
  const waiting = found.filter((row) => row.state === 'waitlisted').map((row) => row.id);
  const [rows, ranks] = await Promise.all([
    ctx.db
      .select(columns)
      .from(registrations)
      .innerJoin(people, eq(people.id, registrations.personId))
      .where(
        and(eq(registrations.eventId, eventId), sql`${registrations.id} = any(${sql.param(ids)}::int[])`),
      ),
    ranksOf(ctx.db, eventId, waiting),
  ]);
  const byId = new Map(rows.map((row) => [row.id, { ...row, rank: ranks.get(row.id) }]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const columns = {
  id: registrations.id,
  name: registrations.name,
  email: people.email,
  state: registrations.state,
  door: registrations.door,
  listed: registrations.listed,
  size: registrations.size,
  guests: sql<string[]>`array(select m.name from members m where m.registration_id = ${registrations.id}
    and m.position between 1 and ${registrations.size} - 1 and m.name is not null order by m.position)`,
  answers: registrations.answers,
  createdAt: registrations.createdAt,
  cancelledAt: registrations.cancelledAt,
  cancelledBy: registrations.cancelledBy,
};

const keysOf = (sort: AttendeeSort) =>
  sql<Cursor>`array[${sql.join(
    keys[sort].map((key) => sql`${key.by}::text`),
    sql`, `,
  )}]`;

/** As a comparison of rows, which an index on the same keys answers by itself. */
function beyond(sort: AttendeeSort, from: Cursor, descending: boolean): SQL {
  const list = (parts: SQL[]) => sql`(${sql.join(parts, sql`, `)})`;
  const keyed = keys[sort];
  const left = list(keyed.map((key) => key.by));
  const right = list(
    keyed.map((key, n) => (key.type === 'int' ? sql`${from[n]}::int` : sql`${from[n]}::text`)),
  );
  return descending ? sql`${left} < ${right}` : sql`${left} > ${right}`;
}

/** A cursor of another sort, or a text that somebody made up, is none: the list begins at its beginning. */
function validCursor(sort: AttendeeSort, cursor: Cursor | undefined): Cursor | undefined {
  const fits =
    cursor?.length === keys[sort].length &&
    keys[sort].every((key, n) =>
      key.type === 'text' ? !cursor[n]!.includes('\0') : /^-?\d{1,9}$/.test(cursor[n]!),
    );
  return fits ? cursor : undefined;
}

async function countStates(ctx: Ctx, eventId: number): Promise<AttendeeList['totals']> {
  const found = await ctx.db
    .select({ state: registrations.state, count: count() })
    .from(registrations)
    .where(eq(registrations.eventId, eventId))
    .groupBy(registrations.state);
  const of = (state: RegistrationState) => found.find((row) => row.state === state)?.count ?? 0;
  return {
    confirmed: of('confirmed'),
    offered: of('offered'),
    waitlisted: of('waitlisted'),
    cancelled: of('cancelled'),
  };
}

async function countMatches(ctx: Ctx, where: SQL): Promise<number> {
  const [row] = await ctx.db.select({ count: count() }).from(registrations).where(where);
  return row!.count;
}
