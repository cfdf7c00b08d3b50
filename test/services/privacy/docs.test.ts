import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { mailFileDays, retentions } from '../../../src/jobs/retention.ts';
import { columns } from '../../support/columns.ts';

const file = path.join(import.meta.dirname, '../../../docs/privacy.md');

/** The lines between two marks. `UPDATE_DOCS=1` writes them instead. */
function compare(mark: string, lines: string[]) {
  const text = readFileSync(file, 'utf8');
  const part = new RegExp(`<!-- ${mark} -->\n([\\s\\S]*?)<!-- /${mark} -->`);
  const wanted = `<!-- ${mark} -->\n\n${lines.join('\n')}\n\n<!-- /${mark} -->`;
  if (process.env.UPDATE_DOCS)
    writeFileSync(
      file,
      text.replace(part, () => wanted),
    );
  else expect(part.exec(text)?.[0], 'UPDATE_DOCS=1 npm test -- test/services/privacy writes it').toBe(wanted);
}

it('docs/privacy.md says what forgetting does with each column', () => {
  const rows = Object.entries(columns).flatMap(([table, decided]) =>
    Object.entries(decided)
      .filter(([, [decision]]) => decision !== 'none')
      .map(
        ([column, [decision, why]]) =>
          `| \`${table.replace('public.', '')}.${column}\` | ${decision} | ${why} |`,
      ),
  );
  compare('columns', ['| column | | |', '|---|---|---|', ...rows]);
});

it('docs/privacy.md says how long what is kept', () => {
  const files = { what: 'mails that are kept as files', days: mailFileDays, from: 'they were made' };
  const rows = [...retentions, files].map(
    ({ what, days, from }) => `| ${what} | ${said(days)} after ${from} |`,
  );
  compare('retention', ['| what | until |', '|---|---|', ...rows]);
});

const said = (days: number) => (days === 0 ? 'at most an hour' : days === 1 ? 'a day' : `${days} days`);
