import type { Base } from '../../src/context.ts';

/** What a look, or saying something to the bot, may leave behind. */
const passing = ['web_sessions', 'conversations', 'inbox', 'chat_messages', 'chat_notices', 'spent'];

/** A hash of all rows of each table of ours and of the queue: equal ones mean that nothing was changed. */
export async function fingerprints(base: Base, ignored: string[] = passing): Promise<Record<string, string>> {
  const { rows: tables } = await base.db.$client.query<{ name: string; full: string }>(
    `select table_name name, quote_ident(table_schema) || '.' || quote_ident(table_name) as "full" from information_schema.tables
      where table_type = 'BASE TABLE' and (table_schema = 'public' or table_name = '_private_jobs') order by 1`,
  );
  const kept = tables.filter(({ name }) => !ignored.includes(name));
  const { rows } = await base.db.$client.query<{ name: string; hash: string }>(
    kept
      .map(
        ({ name, full }) =>
          `select '${name}' as name, coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') hash from ${full} t`,
      )
      .join(' union all '),
  );
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

/** The tables that differ. */
export const changed = (before: Record<string, string>, after: Record<string, string>): string[] =>
  Object.keys(after).filter((name) => before[name] !== after[name]);
