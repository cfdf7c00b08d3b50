import type { Column, FixedColumn, MemberColumn } from './columns.ts';
import type { ExportRow } from './rows.ts';

type Sheet = { columns: Column[]; pages: AsyncIterable<ExportRow[]> };

/**
 * One array of objects, a line each. Values as they are on file: states and doors by their names, times in UTC (ISO
 * 8601), answers below `answers` by the name of their question. A chosen key is there in every object, null when empty.
 */
export async function* json({ columns, pages }: Sheet): AsyncGenerator<string> {
  const fixed = columns.flatMap((one) => one.fixed ?? []);
  const member = columns.flatMap((one) => one.member ?? []);
  const courses = columns.flatMap((one) => one.course?.name ?? []);
  const questions = columns.flatMap((one) => one.question?.name ?? []);
  let before = '[\n';
  for await (const rows of pages) {
    yield before +
      rows
        .map((row) =>
          JSON.stringify({
            ...record(row, fixed, questions),
            ...plate(row, member, courses),
          }),
        )
        .join(',\n');
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

/** What a row a member says of them: diets by their names, dishes below `choices` by the name of their course. */
function plate(row: ExportRow, columns: MemberColumn[], courses: string[]): Record<string, unknown> {
  const { member, name, size } = row;
  if (!member) return {};
  const all: Record<MemberColumn, unknown> = {
    member: member.number,
    guestOf: member.number > 1 ? name : null,
    size,
    table: member.table,
    diets: member.diets,
    dietOther: member.dietOther || null,
    arrivedAt: isoTime(member.arrivedAt),
  };
  const found = Object.fromEntries(columns.map((key) => [key, all[key]]));
  // Whoever reads it with a program is told the bare truth: a guest without a name has none.
  if (member.number > 1) found.name = member.name;
  if (courses.length > 0)
    found.choices = Object.fromEntries(courses.map((one) => [one, member.choices[one] ?? null]));
  return found;
}

const isoTime = (seconds: unknown) =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;
