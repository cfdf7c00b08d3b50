import { asc, eq, inArray } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { dinnerTables, seatings } from '../../db/schema.ts';

/** The names of the tables at which parties sit, by registration, in the order of the tables; who sits nowhere yet has none. */
export async function tablesOf(run: Run, registrationIds: number[]): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  if (registrationIds.length === 0) return found;
  const rows = await run
    .select({ id: seatings.registrationId, name: dinnerTables.name })
    .from(seatings)
    .innerJoin(dinnerTables, eq(dinnerTables.id, seatings.tableId))
    .where(inArray(seatings.registrationId, registrationIds))
    .groupBy(seatings.registrationId, dinnerTables.id)
    .orderBy(asc(dinnerTables.position));
  for (const { id, name } of rows) found.set(id, [...(found.get(id) ?? []), name]);
  return found;
}
