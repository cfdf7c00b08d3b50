import type { Base } from '../../src/context.ts';

/**
 * Puts many registrations into an event at once, made by the database: `Guest 1` and so on, a second apart. The last
 * `waiting` of them wait; each tenth of the others is cancelled.
 */
export async function fillEvent(base: Base, event: { id: number; slug: string }, count: number, waiting = 0) {
  const pool = base.db.$client;
  await pool.query(
    `insert into people (email, name) select 'guest' || n || '@' || $1 || '.example.org', 'Guest' from generate_series(1, $2::int) n`,
    [event.slug, count],
  );
  await pool.query(
    `insert into registrations (event_id, person_id, name, state, position, door, answers, created_at)
      select $1, p.id, 'Guest ' || n, case when n > $3::int - $4::int then 'waitlisted' when n % 10 = 0 then 'cancelled' else 'confirmed' end,
        n, (array['web', 'chat'])[1 + n % 2], jsonb_build_object('diet', (array['vegan', 'fish'])[1 + n % 2]),
        timestamptz '2026-04-01 12:00Z' + n * interval '1 second'
      from (select id, row_number() over (order by id)::int n from people where email like '%@' || $2 || '.example.org') p`,
    [event.id, event.slug, count, waiting],
  );
  await pool.query(
    `update events e set next_position = $2, taken = (select count(*) from registrations where event_id = e.id and state = 'confirmed'),
      waiting = $3 where id = $1`,
    [event.id, count + 1, waiting],
  );
}
