import { sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { jsonOf } from '../../shared/text.ts';
import { withoutTexts } from '../dinners/rules.ts';
import type { Sheet } from '../dinners/sheet.ts';

/**
 * Takes somebody's diets in their own words out of what restaurants were told; how many there were stays. A text that no registration of
 * the dinner says any more goes too: it may be what they had written before. To be called when their members are gone.
 */
export async function eraseFromSheets(run: Run, person: number): Promise<void> {
  const found = await run.execute<{ event: number; content: Sheet; said: string[] }>(sql`
    select s.event_id "event", s.content, array(select distinct m.diet_other from members m
      join registrations r on r.id = m.registration_id where r.event_id = s.event_id and m.diet_other <> '') said
    from restaurant_sheets s where s.event_id in (select event_id from registrations where person_id = ${person})
    for update of s`);
  const changed = found.rows.map(({ event, content, said }) => ({
    event,
    content: withoutTexts(content, new Set(said)),
  }));
  if (changed.length > 0)
    await run.execute(sql`update restaurant_sheets s set content = given.content
      from jsonb_to_recordset(${jsonOf(changed)}::jsonb) as given(event int, content jsonb)
      where s.event_id = given.event`);
}
