import { writeXlsxStream } from 'hucre/xlsx';
import type { T } from '../../../words/words.ts';
import { type Column, cellOf, heading } from './columns.ts';
import type { ExportRow } from './rows.ts';

type Sheet = { title: string; zone: string; columns: Column[]; pages: AsyncIterable<ExportRow[]>; t: T };

/** A workbook with one sheet (ECMA-376), written as it is read. Texts are typed as texts: nothing in them is a formula. */
export async function* xlsx({ title, zone, columns, pages, t }: Sheet): AsyncGenerator<Uint8Array> {
  const cells = columns.map((column) => cellOf(column, zone, t));
  const stream = writeXlsxStream(rowsOf(pages, cells), {
    name: sheetName(title, t('organise:export.sheet')),
    columns: columns.map((column) => ({ header: plain(heading(column, zone, t)), width: widthOf(column) })),
    freezePane: { rows: 1 },
  });
  yield* stream;
}

async function* rowsOf(pages: AsyncIterable<ExportRow[]>, cells: ((row: ExportRow) => string | number)[]) {
  for await (const rows of pages)
    for (const row of rows)
      yield cells.map((cell) => {
        const value = cell(row);
        return typeof value === 'string' ? plain(value) : value;
      });
}

/** `_x0041_` in a cell is read as the character of that number (ST_Xstring), unless its first underscore is written so. */
const plain = (text: string): string => text.replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_');

const widthOf = (column: Column): number =>
  column.question || column.course ? 24 : ['name', 'email'].includes(column.key) ? 28 : 16;

/** Excel allows 31 characters, none of `[]:*?/\`, and no apostrophe at either end. */
function sheetName(title: string, otherwise: string): string {
  let name = '';
  for (const letter of title.replace(/[[\]:*?/\\\u0000-\u001f]/g, ' '))
    if (name.length + letter.length <= 31) name += letter;
  return name.replace(/^['\s]+|['\s]+$/g, '') || otherwise;
}
