import { and, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../../db/client.ts';
import { people, type RegistrationState, registrations } from '../../../db/schema.ts';
import type { Answers, Field } from '../../../shared/form.ts';
import { type AttendeeFilter, matching, ranksOf } from '../attendees.ts';
import { byMember, type ExportMember } from './members.ts';

export type ExportRow = {
  id: number;
  name: string;
  email: string;
  state: RegistrationState;
  rank?: number;
  door: string;
  listed: boolean;
  /** Seconds since 1970. */
  registeredAt: number;
  confirmedAt: number | null;
  cancelledAt: number | null;
  size: number;
  answers: Answers;
  /** In a list that has a row a member. */
  member?: ExportMember;
};

/** Enough that the round trips do not count, little enough that the rows are gone before they have to be kept alive. */
const size = 1000;
/** Pages that are asked for while one is written: the database and we then work at the same time. */
const inFlight = 2;

/**
 * The registrations that fit, page by page in the order of their ids. Pages and not one cursor: a client that reads
 * slowly then holds no connection and no transaction. Where they end is asked first, so that several can be on their way.
 */
export async function* pages(
  db: Db,
  event: { id: number; questions: Field[] },
  filter: AttendeeFilter,
  eachMember = false,
): AsyncGenerator<ExportRow[]> {
  const where = matching(event.id, event.questions, filter);
  const ends = [...(await pageEnds(db, event.id)), undefined];
  const ask = (n: number) => ahead(readPage(db, event.id, where, ends[n - 1] ?? 0, ends[n]));
  const asked = ends.slice(0, inFlight).map((_, n) => ask(n));
  for (let n = 0; n < ends.length; n++) {
    const rows = await asked.shift()!;
    if (n + inFlight < ends.length) asked.push(ask(n + inFlight));
    if (rows.length > 0) yield eachMember ? await byMember(db, rows) : rows;
  }
}

/** Whoever stops reading never sees what became of the pages that were asked for. */
function ahead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** The id with which each page ends but the last; counted without the filter, as what fits it may change meanwhile. */
async function pageEnds(db: Db, eventId: number): Promise<number[]> {
  const next = (after: SQL) => sql`select id from registrations
    where event_id = ${eventId} and id > ${after} order by id offset ${size - 1} limit 1`;
  const found = await db.execute<{ id: number }>(sql`with recursive ends(id) as (
    (${next(sql`0`)}) union all select (${next(sql`ends.id`)}) from ends where ends.id is not null)
    select id from ends where id is not null`);
  return found.rows.map((row) => row.id);
}

/** By the driver, not the ORM, whose mapping of rows takes longer than the database. */
async function readPage(
  db: Db,
  eventId: number,
  where: SQL,
  after: number,
  upTo: number | undefined,
): Promise<ExportRow[]> {
  const query = db
    .select(columns)
    .from(registrations)
    .where(
      and(where, gt(registrations.id, after), upTo === undefined ? undefined : lte(registrations.id, upTo)),
    )
    .orderBy(registrations.id)
    .toSQL();
  const { rows } = await db.$client.query({ text: query.sql, values: query.params, rowMode: 'array' });
  const found = rows.map(rowOf);
  const waiting = found.filter((row) => row.state === 'waitlisted');
  if (waiting.length === 0) return found;
  const ranks = await ranksOf(
    db,
    eventId,
    waiting.map((row) => row.id),
  );
  for (const row of waiting) row.rank = ranks.get(row.id);
  return found;
}

/** As a number: Postgres takes longer to write a time than to find the row, and the driver to read it. */
const seconds = (at: unknown) => sql<number>`date_part('epoch', ${at})`;

const columns = {
  id: registrations.id,
  name: registrations.name,
  // Looked up one by one: joined, every page would read all people.
  email: sql<string>`(select email from ${people} p where p.id = ${registrations.personId})`,
  state: registrations.state,
  door: registrations.door,
  listed: registrations.listed,
  registeredAt: seconds(registrations.createdAt),
  confirmedAt: seconds(registrations.confirmedAt),
  cancelledAt: seconds(registrations.cancelledAt),
  answers: registrations.answers,
  size: registrations.size,
};

function rowOf(values: unknown[]): ExportRow {
  const [id, name, email, state, door, listed, registeredAt, confirmedAt, cancelledAt, answers, size] =
    values;
  return {
    id,
    name,
    email,
    state,
    door,
    listed,
    registeredAt,
    confirmedAt,
    cancelledAt,
    answers,
    size,
  } as ExportRow;
}
