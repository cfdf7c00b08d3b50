import { and, type SQL, sql } from 'drizzle-orm';
import { sessions } from '../../db/schema.ts';
import { clean } from '../../shared/form.ts';
import { cut } from '../../shared/text.ts';

/** What is looked for: at most eight words, each with a letter or a digit in it. */
const wordsOf = (typed: string): string[] =>
  cut(clean(typed), 500)
    .split(/[\s,#]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word) => cut(word, 60))
    .slice(0, 8);

/** Each word as the beginning of one, in quotes: nothing in it is an operator, and Postgres cuts it as it cut the text. */
const quoted = (words: string[]): string =>
  words.map((word) => `'${word.replace(/['\\]/g, ' ')}':*`).join(' & ');

const asQuery = (words: string[]): SQL => sql`to_tsquery('simple', ${quoted(words)})`;

/** Of all the words together: for the rank and for what is shown of the text. */
export const queryOf = (typed: string): SQL => asQuery(wordsOf(typed));

/** Sessions with every word somewhere: in title or abstract (full text), or at the beginning of a tag's or host's word. */
export function matches(typed: string): SQL {
  const words = wordsOf(typed);
  return words.length === 0 ? sql`false` : and(...words.map(matchesWord))!;
}

function matchesWord(word: string): SQL {
  const begins = `% ${word.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(${sessions.search} @@ ${asQuery([word])}
    or ' ' || array_to_string(${sessions.tags}, ' ') ilike ${begins}
    or exists (select 1 from session_hosts h where h.session_id = ${sessions.id} and ' ' || h.name ilike ${begins}))`;
}
