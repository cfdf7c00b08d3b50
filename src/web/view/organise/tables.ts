import type { Actor } from '../../../context.ts';
import type { DinnerTable, Guest, Hall } from '../../../services/dinners/hall.ts';
import { suggestTables } from '../../../services/dinners/seating.ts';
import { partiesOf } from '../../../services/dinners/seats.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import type { Refusal } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import { platesText } from '../manage-party.ts';
import type { Desk } from './desk.ts';

type Person = {
  id: string;
  name: string;
  party: string;
  plates: string;
  kept: boolean;
  registration: number;
  position: number;
  from: string;
  /** The whole party can be moved where it sits together. */
  whole: boolean;
};

type TableView = {
  id: number;
  name: string;
  fill: string;
  full: boolean;
  people: Person[];
  edit: { action: string; remove: string; name: FieldView; seats: FieldView };
};

export type TablesPage = {
  desk: Desk;
  manages: boolean;
  action: string;
  errors?: FormErrors;
  summary: string;
  tables: TableView[];
  unseated: Person[];
  warnings: string[];
  options: { value: string; label: string }[];
  add: { count: FieldView; seats: FieldView; suggested?: string };
  undo?: { registration: string; position: string; from: string; to: string };
  papers: { href: string; text: string }[];
};

type Given = {
  desk: Desk;
  event: EventWithSeries;
  actor: Actor;
  hall: Hall;
  undo?: string;
  typed: { count: string; seats: string };
  refusal?: Refusal;
};

export function tablesPage({ desk, event, actor, hall, undo, typed, refusal }: Given): TablesPage {
  const issues = refusal?.issues ?? [];
  const whole = (name: 'count' | 'seats', more: object = {}) =>
    fieldView({
      name,
      label: t(`tables:${name}`),
      inputmode: 'numeric',
      maxlength: 3,
      value: typed[name],
      issues,
      ...more,
    });
  const add = { count: whole('count'), seats: whole('seats') };
  const { tables, guests } = hall;
  const seats = tables.reduce((sum, one) => sum + one.seats, 0);
  const suggestion = suggestTables(guests.length);
  return {
    desk,
    manages: mayManage(actor, event.id),
    action: `${desk.href}/tables`,
    errors: formErrors(refusal, Object.values(add)),
    summary: t('tables:summary', { people: t('party:size', { count: guests.length }), count: seats }),
    tables: tables.map((one) => tableView(event, one, hall, `${desk.href}/tables`)),
    unseated: guests
      .filter((one) => !tables.some(({ id }) => id === one.tableId))
      .map((one) => person(event, one, hall)),
    warnings: warningsOf(hall),
    options: [
      { value: 'none', label: t('tables:nowhere') },
      ...tables.map(({ id, name }) => ({ value: String(id), label: name })),
    ],
    add: {
      ...add,
      suggested:
        tables.length === 0 && suggestion.length > 0
          ? t('tables:suggested', { count: suggestion.length, seats: suggestion[0] })
          : undefined,
    },
    undo: undoOf(undo),
    papers: ['place-cards', 'table-plan'].map((one) => ({
      href: `${desk.href}/${one}.pdf`,
      text: t(`tables:papers.${one}`),
    })),
  };
}

function tableView(event: EventWithSeries, table: DinnerTable, hall: Hall, path: string): TableView {
  const people = hall.guests.filter((one) => one.tableId === table.id);
  const field = (name: 'name' | 'seats', value: string, more: object) =>
    fieldView({ id: `t-${table.id}-${name}`, name, label: t(`tables:table_${name}`), value, ...more });
  return {
    id: table.id,
    name: table.name,
    fill: t('tables:fill', { people: people.length, seats: table.seats }),
    full: people.length >= table.seats,
    people: people.map((one) => person(event, one, hall)),
    edit: {
      action: `${path}/${table.id}`,
      remove: `${path}/${table.id}/remove`,
      name: field('name', table.name, { maxlength: 60, required: true }),
      seats: field('seats', String(table.seats), { inputmode: 'numeric', maxlength: 2, required: true }),
    },
  };
}

export const guestName = (guest: Pick<Guest, 'name' | 'by'>): string =>
  guest.name ?? t('party:guest_of', { name: guest.by });

function person(event: EventWithSeries, guest: Guest, { guests }: Hall): Person {
  const party = guests.filter((one) => one.registration === guest.registration);
  return {
    id: `g-${guest.registration}-${guest.position}`,
    name: guestName(guest),
    party: guest.size > 1 ? t('tables:party', { name: guest.by, count: guest.size }) : '',
    plates: platesText({ event } as Parameters<typeof platesText>[0], guest),
    kept: guest.kept,
    registration: guest.registration,
    position: guest.position,
    from: guest.tableId === null ? 'none' : String(guest.tableId),
    whole: party.length > 1 && party.every((one) => one.tableId === guest.tableId),
  };
}

/** What an organiser would want to look at: tables that hold too many, parties apart, wishes that are not met. */
function warningsOf(hall: Hall): string[] {
  const { tables, guests } = hall;
  const at = (id: number) => guests.filter((one) => one.tableId === id).length;
  const over = tables.filter((one) => at(one.id) > one.seats);
  const where = new Map<number, Set<number>>();
  for (const one of guests)
    if (one.tableId !== null)
      where.set(one.registration, (where.get(one.registration) ?? new Set<number>()).add(one.tableId));
  const by = new Map(guests.map((one) => [one.registration, one.by]));
  const apart = [...where].filter(([, ids]) => ids.size > 1);
  const unmet = partiesOf(hall).flatMap(({ id, likes }) =>
    [...likes]
      .filter(
        (other) =>
          where.has(id) && where.has(other) && ![...where.get(other)!].some((one) => where.get(id)!.has(one)),
      )
      .map((other) => t('tables:unmet', { name: by.get(id), other: by.get(other) })),
  );
  return [
    ...over.map((one) => t('tables:over', { table: one.name, count: at(one.id) - one.seats })),
    ...apart.map(([id]) => t('tables:apart', { name: by.get(id) })),
    ...unmet.slice(0, 10),
  ];
}

function undoOf(text: string | undefined): TablesPage['undo'] {
  const [, registration, position, from, to] =
    /^(\d{1,9})\.(all|\d{1,2})\.(none|\d{1,9})\.(none|\d{1,9})$/.exec(text ?? '') ?? [];
  return registration ? { registration, position: position!, from: from!, to: to! } : undefined;
}
