import { neutral } from '../../../shared/csv.ts';
import type { T } from '../../../words/words.ts';
import { type Column, cellOf, heading } from './columns.ts';
import type { ExportRow } from './rows.ts';

type Sheet = { zone: string; columns: Column[]; pages: AsyncIterable<ExportRow[]>; t: T };

/** RFC 4180: CRLF, quotes where needed; a byte order mark, without which Excel reads UTF-8 as something else. */
export async function* csv({ zone, columns, pages, t }: Sheet): AsyncGenerator<string> {
  yield `\ufeff${columns.map((column) => textCell(heading(column, zone, t))).join(',')}\r\n`;
  const cells = columns.map((column) => cellOf(column, zone, t));
  for await (const rows of pages) {
    let text = '';
    for (const row of rows) {
      let separator = '';
      for (const cell of cells) {
        text += separator + csvCell(cell(row));
        separator = ',';
      }
      text += '\r\n';
    }
    yield text;
  }
}

/** A number that is one cannot be a formula, minus sign or not. */
const csvCell = (value: string | number): string =>
  typeof value === 'number' ? String(value) : textCell(value);

function textCell(text: string): string {
  if (!special.test(text)) return text;
  const safe = neutral(text);
  return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const quoted = /[",\r\n]/;
const special = /^[=+\-@\uff1d\uff0b\uff0d\uff20]|[";,\t\r\n]/;
