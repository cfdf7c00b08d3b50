import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';

/** How many rows of a sort there are. */
export type Found = { kind: string; count: number };

/**
 * What the demo makes, by table, with what of it somebody may change: a row whose fingerprint is another now is not the demo's any more.
 * What changes by itself is left out: counters, the ends of offers, who has signed in.
 */
const fingerprints: Record<string, string> = {
  events: `slug, series_id, kind, name, summary, description, venue_name, venue_address, venue_url, cost, extract(epoch from starts_at), extract(epoch from ends_at), capacity,
    waiting_list, party_most, line, state, questions, menu, image_id, version, extract(epoch from created_at)`,
  series: 'slug, name, summary, extract(epoch from created_at)',
  registrations: `event_id, person_id, name, size, answers, near, listed, extract(epoch from created_at), nullif(cancelled_by, 'lapsed')`,
  people: 'email, name, extract(epoch from created_at)',
  sessions:
    'event_id, number, title, abstract, kind, tags, links, extract(epoch from withdrawn_at), extract(epoch from created_at)',
  rooms: 'event_id, name, capacity',
  dinner_tables: 'event_id, name, seats',
  roles: 'person_id, role, event_id',
  images: 'type, extract(epoch from created_at)',
  announcements: 'event_id, text',
  chatrooms: 'event_id, jid',
  addresses: 'uri, person_id',
};

/** To be called when the demo was made and nobody has been there yet: from now on what is there is known as the demo's. */
export async function markDemo(db: Db): Promise<void> {
  await db.execute(sql`delete from demo_rows`);
  const rows = each((table, columns) => sql`select ${table}, made.* from (${marked(table, columns)}) made`);
  await db.execute(sql`insert into demo_rows (kind, row_id, fingerprint) ${rows}`);
}

/** What is there, of whomsoever; nothing of sorts of which there is none. */
export const rowsThere = (db: Db): Promise<Found[]> =>
  counted(db, (table) => sql`select ${table}, count(*)::int from ${sql.raw(table)}`);

/** What of that the demo has not made, or somebody has changed. */
export const notOfDemo = (db: Db): Promise<Found[]> =>
  counted(
    db,
    (table, columns) => sql`select ${table}, count(*)::int from (${marked(table, columns)}) now(id, print)
      where not exists (select 1 from demo_rows d where d.kind = ${table} and d.row_id = now.id and d.fingerprint = now.print)`,
  );

/** Each row's id and fingerprint. */
const marked = (table: string, columns: string) =>
  sql`select id, md5(row(${sql.raw(columns)})::text) from ${sql.raw(table)}`;

async function counted(db: Db, one: (table: string, columns: string) => SQL): Promise<Found[]> {
  const found = await db.execute<Found>(
    sql`select kind, count from (${each(one)}) found(kind, count) where count > 0`,
  );
  return found.rows;
}

const each = (one: (table: string, columns: string) => SQL): SQL =>
  sql.join(
    Object.entries(fingerprints).map(([table, columns]) => one(table, columns)),
    sql` union all `,
  );
