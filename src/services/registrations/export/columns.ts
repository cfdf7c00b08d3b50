import { answerText, type Field } from '../../../shared/form.ts';
import { wallOf } from '../../../shared/time.ts';
import type { T } from '../../../words/words.ts';
import { doors, states } from '../attendees.ts';
import type { ExportRow } from './rows.ts';

/** What every registration has, in the order of the columns. */
export const fixedColumns = [
  'id',
  'name',
  'email',
  'state',
  'rank',
  'door',
  'listed',
  'registeredAt',
  'confirmedAt',
  'cancelledAt',
] as const;
export type FixedColumn = (typeof fixedColumns)[number];

/** A column is one of ours or a question; `key` is `answer.<question>` then. */
export type Column = { key: string; fixed?: FixedColumn; question?: Field };

export const columnsOf = (questions: Field[]): Column[] => [
  ...fixedColumns.map((fixed) => ({ key: fixed, fixed })),
  ...questions.map((question) => ({ key: `answer.${question.name}`, question })),
];

export const columnKeys = (questions: Field[]): string[] => columnsOf(questions).map((one) => one.key);

/** The columns of that list of keys, in our order; those that there are not are left out, and none at all means every one. */
export function readColumns(questions: Field[], keys: string[] | undefined): Column[] {
  const all = columnsOf(questions);
  const chosen = all.filter((one) => keys?.includes(one.key));
  return chosen.length > 0 ? chosen : all;
}

export const heading = (column: Column, zone: string, t: T): string =>
  column.question?.label ?? t(`organise:columns.${column.fixed}`, { zone });

/** What stands in a cell: a number where it is one, else a text; nothing is an empty text. */
export type Cell = (row: ExportRow) => string | number;

/** Made once a column, as a file has many rows: the words are looked up here. Times are wall times in the zone. */
export function cellOf(column: Column, zone: string, t: T): Cell {
  if (column.question) return answerCell(column.question.name, t);
  const fixed = column.fixed!;
  switch (fixed) {
    case 'state':
      return wordCell(
        states,
        (row) => row.state,
        (state) => t(`organise:states.${state}`),
      );
    case 'door':
      return wordCell(
        doors,
        (row) => row.door,
        (door) => t(`organise:doors.${door}`),
      );
    case 'listed':
      return wordCell(
        ['true', 'false'],
        (row) => String(row.listed),
        (one) => t(one === 'true' ? 'site:yes' : 'site:no'),
      );
    case 'registeredAt':
    case 'confirmedAt':
    case 'cancelledAt': {
      const wall = wallClock(zone);
      return (row) => (row[fixed] === null ? '' : wall(row[fixed]));
    }
    case 'id':
    case 'name':
    case 'email':
    case 'rank':
      return (row) => row[fixed] ?? '';
    default:
      return fixed satisfies never;
  }
}

function answerCell(name: string, t: T): Cell {
  const words = { yes: t('site:yes'), no: t('site:no') };
  return ({ answers: { [name]: answer } }) =>
    typeof answer === 'number' ? answer : answerText(answer, words);
}

function wordCell(
  keys: readonly string[],
  of: (row: ExportRow) => string,
  word: (key: string) => string,
): Cell {
  const words = new Map(keys.map((key) => [key, word(key)]));
  return (row) => words.get(of(row)) ?? of(row);
}

/** `2026-05-30 19:00` of seconds since 1970. Zones change their offset at full quarters of an hour: one conversion for each. */
function wallClock(zone: string): (seconds: number) => string {
  const quarters = new Map<number, { hour: string; minute: number }>();
  return (seconds) => {
    const quarter = Math.floor(seconds / 900);
    let known = quarters.get(quarter);
    if (!known) {
      const [hour, minute] = wallOf(new Date(quarter * 900_000), zone)
        .replace('T', ' ')
        .split(/(?<=:)/);
      known = { hour: hour!, minute: Number(minute) };
      quarters.set(quarter, known);
    }
    const minute = known.minute + Math.floor((seconds - quarter * 900) / 60);
    return minute < 10 ? `${known.hour}0${minute}` : `${known.hour}${minute}`;
  };
}
