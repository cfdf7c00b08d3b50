import { and, count, eq, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { members, registrations } from '../../db/schema.ts';
import { jsonOf } from '../../shared/text.ts';

// What an edit of an event's questions or menu would lose.

/** How many registrations have an answer to any of these questions, by name. */
export async function countAnswers(run: Run, eventId: number, names: string[]): Promise<number> {
  if (names.length === 0) return 0;
  const [row] = await run
    .select({ count: count() })
    .from(registrations)
    .where(
      and(eq(registrations.eventId, eventId), sql`${registrations.answers} ?| ${sql.param(names)}::text[]`),
    );
  return row!.count;
}

/** How many people have chosen any of these dishes, of those who come, have an offer or wait. */
export async function countChosen(
  run: Run,
  eventId: number,
  dishes: { course: string; dish: string }[],
): Promise<number> {
  if (dishes.length === 0) return 0;
  const rows = await run.execute<{ count: number }>(sql`select count(*)::int count from ${members} m
    join ${registrations} r on r.id = m.registration_id and m.position < r.size
    where r.event_id = ${eventId} and r.state <> 'cancelled'
      and exists (select from jsonb_to_recordset(${jsonOf(dishes)}::jsonb) as gone(course text, dish text)
        where m.choices->>gone.course = gone.dish)`);
  return rows.rows[0]!.count;
}
