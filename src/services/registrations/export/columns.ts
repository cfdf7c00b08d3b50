import { answerText, type Field } from '../../../shared/form.ts';
import type { Course, Menu } from '../../../shared/menu.ts';
import { wallOf } from '../../../shared/time.ts';
import type { T } from '../../../words/words.ts';
import { doors, states } from '../attendees.ts';
import { bringsParties, type PartyForm } from './members.ts';
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

/** What a row a member has besides. */
export const memberColumns = [
  'member',
  'guestOf',
  'size',
  'table',
  'diets',
  'dietOther',
  'arrivedAt',
] as const;
export type MemberColumn = (typeof memberColumns)[number];

/** A column is one of ours, a question or a course; `key` is `answer.<question>` or `course.<course>` then. */
export type Column = {
  key: string;
  fixed?: FixedColumn;
  member?: MemberColumn;
  course?: Course;
  question?: Field;
};

/** What of an event its list is made of. `eachMember`: a row for each member of a party, with what they eat. */
export type ListForm = { questions: Field[]; menu: Menu; eachMember: boolean };

export const listForm = (
  event: { questions: Field[] } & PartyForm,
  eachMember = bringsParties(event),
): ListForm => ({
  questions: event.questions,
  menu: event.menu,
  eachMember,
});

export const columnsOf = ({ questions, menu, eachMember }: ListForm): Column[] => [
  ...fixedColumns.map((fixed) => ({ key: fixed, fixed })),
  ...(eachMember ? memberColumns.map((member) => ({ key: member, member })) : []),
  ...(eachMember ? menu.map((course) => ({ key: `course.${course.name}`, course })) : []),
  ...questions.map((question) => ({ key: `answer.${question.name}`, question })),
];

export const columnKeys = (form: ListForm): string[] => columnsOf(form).map((one) => one.key);

/** The columns of that list of keys, in our order; those that there are not are left out, and none at all means every one. */
export function readColumns(form: ListForm, keys: string[] | undefined): Column[] {
  const all = columnsOf(form);
  const chosen = all.filter((one) => keys?.includes(one.key));
  return chosen.length > 0 ? chosen : all;
}

export const heading = (column: Column, zone: string, t: T): string =>
  column.question?.label ?? column.course?.label ?? t(`organise:columns.${column.key}`, { zone });

/** What stands in a cell: a number where it is one, else a text; nothing is an empty text. */
export type Cell = (row: ExportRow) => string | number;

/** Made once a column, as a file has many rows: the words are looked up here. Times are wall times in the zone. */
export function cellOf(column: Column, zone: string, t: T): Cell {
  if (column.question) return answerCell(column.question.name, t);
  const { course } = column;
  if (course) return (row) => row.member?.choices[course.name] ?? '';
  if (column.member) return memberCell(column.member, zone, t);
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
    case 'name':
      return (row) => nameOf(row, t);
    case 'id':
    case 'email':
    case 'rank':
      return (row) => row[fixed] ?? '';
    default:
      return fixed satisfies never;
  }
}

/** Who is meant by a row: a guest who has not been named is somebody's guest. */
const nameOf = ({ name, member }: ExportRow, t: T): string =>
  !member || member.number === 1 ? name : (member.name ?? t('party:guest_of', { name }));

function memberCell(key: MemberColumn, zone: string, t: T): Cell {
  switch (key) {
    case 'member':
      return ({ member }) => member?.number ?? '';
    case 'guestOf':
      return ({ name, member }) => (member && member.number > 1 ? name : '');
    case 'size':
      return ({ size }) => size;
    case 'table':
      return ({ member }) => member?.table ?? '';
    case 'diets':
      return ({ member }) => (member?.diets ?? []).map((diet) => t(`party:diets.${diet}`)).join(', ');
    case 'dietOther':
      return ({ member }) => member?.dietOther ?? '';
    case 'arrivedAt': {
      const wall = wallClock(zone);
      return ({ member }) => (member?.arrivedAt ? wall(member.arrivedAt) : '');
    }
    default:
      return key satisfies never;
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
