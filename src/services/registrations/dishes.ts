import type { PoolClient } from 'pg';
import { isLimited, type Menu, type Portions, portionKey, portionsLeft } from '../../shared/menu.ts';
import type { Ask } from './input.ts';
import type { Party } from './line.ts';

type Chosen = { course: string; dish: string; count: number };

/** How often each dish of an event has been chosen by those who are coming, have an offer or wait. */
export const chosenSql = `select c.key course, c.value dish, count(*)::int count
  from registrations r join members m on m.registration_id = r.id and m.position < r.size, jsonb_each_text(m.choices) c
  where r.event_id = $1 and r.state <> 'cancelled' group by 1, 2`;

export const countChosen = (rows: Chosen[]): Portions =>
  new Map(rows.map(({ course, dish, count }) => [portionKey(course, dish), count]));

/**
 * What is left of the limited dishes, where the batch may come to choose any; the parties that may choose anew are told
 * what they have chosen so far.
 */
export async function readPortions(
  client: PoolClient,
  event: { id: number; menu: Menu },
  asks: Ask[],
  subjects: Map<number, Party>,
): Promise<Portions | undefined> {
  const changing = asks.flatMap((ask) => (ask.kind === 'resize' || ask.kind === 'restore' ? [ask.id] : []));
  const chooses = asks.some(
    (ask) => (ask.kind === 'register' && ask.members) || ask.kind === 'resize' || ask.kind === 'restore',
  );
  if (!chooses || !isLimited(event.menu)) return undefined;
  const [chosen, had] = await Promise.all([
    client.query<Chosen>({ name: 'settle-chosen', text: chosenSql, values: [event.id] }),
    client.query<{ id: number; course: string; dish: string }>({
      name: 'settle-had',
      text: `select m.registration_id id, c.key course, c.value dish from members m, jsonb_each_text(m.choices) c
        where m.registration_id = any($1::int[])`,
      values: [changing],
    }),
  ]);
  for (const { id, course, dish } of had.rows) {
    const party = subjects.get(id);
    if (party) party.dishes = [...(party.dishes ?? []), portionKey(course, dish)];
  }
  return portionsLeft(event.menu, countChosen(chosen.rows));
}
