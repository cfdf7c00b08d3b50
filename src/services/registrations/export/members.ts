import { sql } from 'drizzle-orm';
import type { Db } from '../../../db/client.ts';
import { type Diet, events } from '../../../db/schema.ts';
import type { Choices, Menu } from '../../../shared/menu.ts';
import type { ExportRow } from './rows.ts';

/** One of a party in a list that has a row for each: 1 is who registered. */
export type ExportMember = {
  number: number;
  /** Null: a guest who has not been named yet. */
  name: string | null;
  diets: Diet[];
  dietOther: string;
  choices: Choices;
  table: string | null;
  /** Seconds since 1970. */
  arrivedAt: number | null;
};

/** What of an event decides whether its list has a row for each member of a party. */
export type PartyForm = { partyMost: number; menu: Menu };

export const bringsParties = ({ partyMost, menu }: PartyForm): boolean => partyMost > 1 || menu.length > 0;

/** Of an event's row: whether anybody is registered for more than one person, though the event does not ask for it. */
export const hasParties = sql<boolean>`exists (
  select from registrations r where r.event_id = ${events.id} and r.size > 1)`;

type Read = {
  id: number;
  position: number;
  name: string | null;
  diets: Diet[] | null;
  other: string | null;
  choices: Choices | null;
  table: string | null;
  arrived: number | null;
};

/** A page of registrations as a page of their members, in the order of the party: one query a page. */
export async function byMember(db: Db, page: ExportRow[]): Promise<ExportRow[]> {
  const { rows } = await db.$client.query<Read>({
    name: 'export-members',
    text: `select r.id, n.position, m.name, m.diets, m.diet_other other, m.choices, t.name "table",
        date_part('epoch', a.at) arrived
      from registrations r cross join lateral generate_series(0, r.size - 1) n(position)
        left join members m on m.registration_id = r.id and m.position = n.position
        left join seatings s on s.registration_id = r.id and s.position = n.position
        left join dinner_tables t on t.id = s.table_id
        left join arrivals a on a.registration_id = r.id and a.position = n.position
      where r.id = any($1::int[]) order by n.position`,
    values: [page.map((row) => row.id)],
  });
  const parties = new Map<number, ExportMember[]>();
  for (const row of rows) {
    const party = parties.get(row.id) ?? [];
    party.push(memberOf(row));
    parties.set(row.id, party);
  }
  return page.flatMap((row) => (parties.get(row.id) ?? []).map((member) => ({ ...row, member })));
}

const memberOf = (row: Read): ExportMember => ({
  number: row.position + 1,
  name: row.name,
  diets: row.diets ?? [],
  dietOther: row.other ?? '',
  choices: row.choices ?? {},
  table: row.table,
  arrivedAt: row.arrived,
});
