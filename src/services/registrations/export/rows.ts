import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../../db/client.ts';
import { people, type RegistrationState, registrations } from '../../../db/schema.ts';
import type { Answers, Field } from '../../../shared/form.ts';
import { type AttendeeFilter, matching, ranksOf } from '../attendees.ts';

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
  answers: Answers;
};

/** Enough that the round trips do not count, little enough to be held in memory at once. */
const size = 1000;

/**
 * The registrations that fit, page by page in the order of their ids. Pages and not one cursor: a client that reads
 * slowly then holds no connection and no transaction. While a page is being written the next is already asked for.
 */
export async function* pages(
  db: Db,
  event: { id: number; questions: Field[] },
  filter: AttendeeFilter,
): AsyncGenerator<ExportRow[]> {
  const where = matching(event.id, event.questions, filter);
  let next = readPage(db, event.id, where, 0);
  for (;;) {
    const rows = await next;
    if (rows.length === 0) return;
    const full = rows.length === size;
    if (full) next = ahead(readPage(db, event.id, where, rows.at(-1)!.id));
    yield rows;
    if (!full) return;
  }
}

/** Whoever stops reading never sees what became of the page that was asked for ahead. */
function ahead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** By the driver, not the ORM, whose mapping of rows takes longer than the database. */
async function readPage(db: Db, eventId: number, where: SQL, afterId: number): Promise<ExportRow[]> {
  const query = db
    .select(columns)
    .from(registrations)
    .innerJoin(people, eq(people.id, registrations.personId))
    .where(and(where, gt(registrations.id, afterId)))
    .orderBy(registrations.id)
    .limit(size)
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
  email: people.email,
  state: registrations.state,
  door: registrations.door,
  listed: registrations.listed,
  registeredAt: seconds(registrations.createdAt),
  confirmedAt: seconds(registrations.confirmedAt),
  cancelledAt: seconds(registrations.cancelledAt),
  answers: registrations.answers,
};

function rowOf(values: unknown[]): ExportRow {
  const [id, name, email, state, door, listed, registeredAt, confirmedAt, cancelledAt, answers] = values;
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
  } as ExportRow;
}
