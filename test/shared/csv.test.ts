import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/services/registrations/export/csv.ts';
import { neutral } from '../../src/shared/csv.ts';
import { t } from '../../src/words/words.ts';

/** The cells of a file as a spreadsheet reads them that splits lines at something else, quotes or not. */
const cellsAt = (text: string, separator: RegExp): string[] =>
  text.split(separator).map((cell) => cell.replace(/^"+/, ''));

const begins = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

describe('a text in a file of cells', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['x;=1+1', "x;'=1+1"],
    ['x\t@SUM(A1)', "x\t'@SUM(A1)"],
    ['x;"=1+1', `x;'"=1+1`],
    ['x;""=1+1";y', `x;'""=1+1";y`],
    ['a\r\n-1', "a\r\n'-1"],
    ['\t=1', "'\t'=1"],
    ['Zoë; vegan, 2-3 glasses = fine', 'Zoë; vegan, 2-3 glasses = fine'],
    ['two\n\nparagraphs', 'two\n\nparagraphs'],
  ])('%j becomes %j', (text, safe) => {
    expect(neutral(text)).toBe(safe);
  });

  it('is no formula to any reader, and still itself but for apostrophes', async () => {
    const part = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '"',
      ';',
      ',',
      '\t',
      '\r',
      '\n',
      "'",
      'a',
      ' ',
      '\uff1d',
      '1',
    );
    const texts = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    const column = { key: 'name', fixed: 'name' as const };
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 4 }), async (names) => {
        const pages = (async function* () {
          yield names.map((name) => ({ name })) as never;
        })();
        let file = '';
        for await (const text of csv({ zone: 'Europe/London', columns: [column], pages, t })) file += text;
        const rows = parse(file, {
          bom: true,
          record_delimiter: '\r\n',
          skip_empty_lines: false,
        }) as string[][];
        const heard = rows.slice(1).map(([cell]) => cell ?? '');
        expect(heard.map((cell) => cell.replaceAll("'", ''))).toEqual(
          names.map((name) => name.replaceAll("'", '')),
        );
        for (const separator of [/[;\r\n]/, /[\t\r\n]/, /[;\t\r\n]/])
          for (const cell of cellsAt(file.slice(1), separator)) expect(cell).not.toMatch(begins);
      }),
      { numRuns: 300 },
    );
  });
});
