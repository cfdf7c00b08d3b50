import type pg from 'pg';

/** A table with the columns that are written, in their order. */
export type Dumped = { table: string; columns: string[] };

/** What belongs to the database and not to what is in it. */
const notDumped = ['settings'];

/** The tables, each after those that it refers to, with the columns that are not made of others. */
export async function tablesInOrder(client: pg.Client): Promise<Dumped[]> {
  const tables = await client.query<Dumped & { needs: string[] }>(
    `select c.relname "table",
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and a.attgenerated = '' order by a.attnum) columns,
      array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) needs
    from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> all($1) order by 1`,
    [notDumped],
  );
  const [done, left] = [new Map<string, Dumped>(), new Set(tables.rows)];
  while (left.size > 0) {
    const ready = [...left].filter(({ needs }) =>
      needs.every((one) => done.has(one) || notDumped.includes(one)),
    );
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    for (const one of ready) {
      done.set(one.table, one);
      left.delete(one);
    }
  }
  return [...done.values()];
}

/** Where the numbers of new rows go on. */
export async function sequenceLines(client: pg.Client): Promise<string[]> {
  const found = await client.query<{ line: string }>(
    `select format('SELECT setval(%L, %s);', format('public.%I', sequencename), last_value) line
    from pg_sequences where schemaname = 'public' and last_value is not null order by 1`,
  );
  return found.rows.map(({ line }) => line);
}

/** What the queue was still to do, for the queue of the other database to take up. */
export async function jobLines(client: pg.Client): Promise<string[]> {
  const found = await client.query<{ line: string }>(
    `select format('SELECT graphile_worker.add_job(%L, payload => %L::json, run_at => %L::timestamptz, max_attempts => %s, job_key => %L, priority => %s);',
      t.identifier, j.payload::jsonb, j.run_at, j.max_attempts, j.key, j.priority) line
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id order by j.id`,
  );
  return found.rows.map(({ line }) => line);
}
