import { type SQL, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { jsonOf } from '../../shared/text.ts';
import { withoutWishes } from '../dinners/rules.ts';
import { nobody } from '../people/rules.ts';

/**
 * What names somebody wherever it stands: their e-mail, and the full names by which they and who came with them are on file. A first name
 * alone could be anybody's.
 */
export async function textsOf(run: Run, person: number): Promise<{ email: string; texts: string[] }> {
  const found = await run.execute<{ email: string; names: string[] }>(sql`
    with theirs as (select id, name from registrations where person_id = ${person})
    select email, array(select name from theirs union select p.name union
      select h.name from session_hosts h where h.person_id = p.id union
      select m.name from members m where m.registration_id in (select id from theirs) and m.name is not null) names
    from people p where id = ${person}`);
  const { email, names } = found.rows[0]!;
  return { email, texts: [email, ...names.filter((name) => /\S\s+\S/.test(name))] };
}

/** Where others' conversations with the bot may quote somebody: half-filled forms, answers that are kept, what a page shows again. */
const quoting = {
  conversations: { state: 'jsonb' },
  inbox: { replies: 'jsonb' },
  chat_messages: { text: 'text', choices: 'jsonb', asks: 'jsonb' },
} as const;

/** Takes the texts out of what others said to the bot and were told by it; a form that is being filled in for the e-mail ends. */
export async function eraseCopies(run: Run, email: string, texts: string[]): Promise<void> {
  await run.execute(sql`update conversations set state = state - 'flow' - 'aside'
    where strpos(state::text, ${jsonOf(email)}) > 0`);
  for (const [table, columns] of Object.entries(quoting)) {
    const entries = Object.entries(columns);
    const sets = entries.map(
      ([column, type]) => sql`${sql.identifier(column)} = ${without(column, type, texts)}`,
    );
    const hits = entries.flatMap(([column, type]) =>
      texts.map((text) => sql`strpos(${sql.identifier(column)}::text, ${written(text, type)}) > 0`),
    );
    await run.execute(
      sql`update ${sql.identifier(table)} set ${sql.join(sets, sql`, `)} where ${sql.join(hits, sql` or `)}`,
    );
  }
}

function without(column: string, type: 'jsonb' | 'text', texts: string[]): SQL {
  const replaced = texts.reduce<SQL>(
    (inner, text) => sql`replace(${inner}, ${written(text, type)}, ${nobody})`,
    sql`${sql.identifier(column)}::text`,
  );
  return type === 'jsonb' ? sql`(${replaced})::jsonb` : replaced;
}

/** As it stands inside a string of JSON. */
const written = (text: string, type: 'jsonb' | 'text') =>
  type === 'jsonb' ? jsonOf(text).slice(1, -1) : text;

type Party = { id: number; event: number; mine: boolean; near: string; names: string[] };

/** Takes somebody's names out of what others wrote of whom to sit near. */
export async function eraseWishes(run: Run, person: number): Promise<void> {
  const found = await run.execute<Party>(sql`
    select r.id, r.event_id "event", r.person_id = ${person} mine, r.near,
      array[r.name] || array(select m.name from members m where m.registration_id = r.id and m.name is not null) names
    from registrations r where r.event_id in (select event_id from registrations where person_id = ${person})
      and exists (select 1 from registrations w where w.event_id = r.event_id and w.near <> '' and w.person_id <> ${person})`);
  const changed = [...new Set(found.rows.map((one) => one.event))].flatMap((event) => {
    const parties = found.rows.filter((one) => one.event === event);
    const gone = parties.filter((one) => one.mine).map((one) => one.id);
    return withoutWishes(parties, new Set(gone));
  });
  if (changed.length > 0)
    await run.execute(sql`update registrations r set near = given.near
      from jsonb_to_recordset(${jsonOf(changed)}::jsonb) as given(id int, near text) where r.id = given.id`);
}
