import type { Column, FixedColumn } from './columns.ts';
import type { ExportRow } from './rows.ts';

type Sheet = { columns: Column[]; pages: AsyncIterable<ExportRow[]> };

/**
 * One array of objects, a line each. Values as they are on file: states and doors by their names, times in UTC (ISO
 * 8601), answers below `answers` by the name of their question. A chosen key is there in every object, null when empty.
 */
export async function* json({ columns, pages }: Sheet): AsyncGenerator<string> {
  const fixed = columns.flatMap((one) => one.fixed ?? []);
  const questions = columns.flatMap((one) => one.question?.name ?? []);
  let before = '[\n';
  for await (const rows of pages) {
    yield before + rows.map((row) => JSON.stringify(record(row, fixed, questions))).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function record(row: ExportRow, fixed: FixedColumn[], questions: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const key of fixed) found[key] = key.endsWith('At') ? isoTime(row[key]) : (row[key] ?? null);
  if (questions.length > 0)
    found.answers = Object.fromEntries(questions.map((name) => [name, row.answers[name] ?? null]));
  return found;
}

const isoTime = (seconds: unknown) =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;
