import { asc, eq, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { type Diet, dinnerTables } from '../../db/schema.ts';
import type { Choices } from '../../shared/menu.ts';

export type DinnerTable = { id: number; name: string; seats: number; position: number };

/** Somebody who has a place, with where they sit. `name` null: a guest who has not been named yet. */
export type Guest = {
  registration: number;
  position: number;
  size: number;
  /** Who registered. */
  by: string;
  name: string | null;
  near: string;
  diets: Diet[];
  dietOther: string;
  choices: Choices;
  tableId: number | null;
  kept: boolean;
};

export type Hall = { tables: DinnerTable[]; guests: Guest[] };

/** The tables of an event, and everybody who has a place, party by party. Two queries, however many they are. */
export async function hallOf(run: Run, eventId: number): Promise<Hall> {
  const [tables, guests] = await Promise.all([
    run
      .select({
        id: dinnerTables.id,
        name: dinnerTables.name,
        seats: dinnerTables.seats,
        position: dinnerTables.position,
      })
      .from(dinnerTables)
      .where(eq(dinnerTables.eventId, eventId))
      .orderBy(asc(dinnerTables.position), asc(dinnerTables.id)),
    run.execute<Guest>(sql`select r.id registration, n.position, r.size, r.name "by", r.near,
        case when n.position = 0 then r.name else m.name end name, coalesce(m.diets, '{}') diets,
        coalesce(m.diet_other, '') "dietOther", coalesce(m.choices, '{}'::jsonb) choices, s.table_id "tableId",
        coalesce(s.kept, false) kept
      from registrations r cross join lateral generate_series(0, r.size - 1) n(position)
        left join members m on m.registration_id = r.id and m.position = n.position
        left join seatings s on s.registration_id = r.id and s.position = n.position
      where r.event_id = ${eventId} and r.state = 'confirmed' order by r.id, n.position`),
  ]);
  return { tables, guests: guests.rows };
}
