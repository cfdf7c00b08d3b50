import { stringify } from 'csv-stringify/sync';
import type { Actor } from '../../../context.ts';
import type { Paper } from '../../../feeds/papers.ts';
import type { Counts, Difference, Sheet } from '../../../services/dinners/sheet.ts';
import type { RestaurantSheet } from '../../../services/dinners/sheets.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import { neutral } from '../../../shared/csv.ts';
import { moment, when } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import type { Desk } from './desk.ts';

type Section = { heading: string; people: string; rows: [left: string, right: string][] };

export type RestaurantPage = {
  desk: Desk;
  lead: string;
  held?: string;
  total: Section;
  tables: Section[];
  /** What is different since the restaurant was told; none: nothing is. */
  since?: { heading: string; lines: string[] };
  freeze?: { action: string; text: string; sure?: string };
  downloads: { href: string; text: string }[];
};

/** What was told, or what would be now. */
const told = ({ now, frozen }: RestaurantSheet): Sheet => frozen?.sheet ?? now;

export function restaurantPage(
  desk: Desk,
  event: EventWithSeries,
  sheet: RestaurantSheet,
  actor: Actor,
): RestaurantPage {
  const shown = told(sheet);
  const { frozen } = sheet;
  return {
    desk,
    lead: leadOf(event, sheet),
    held: shown.held > 0 ? t('restaurant:held', { count: shown.held }) : undefined,
    total: section(t('restaurant:total'), shown.total),
    tables: tableSections(shown),
    since: frozen && {
      heading: t('restaurant:since', { count: frozen.since.length }),
      lines: frozen.since.map(differenceText),
    },
    freeze: mayManage(actor, event.id)
      ? {
          action: `${desk.href}/restaurant/freeze`,
          text: t(frozen ? 'restaurant:freeze_again' : 'restaurant:freeze'),
          sure: frozen && t('restaurant:freeze_sure'),
        }
      : undefined,
    downloads: (['pdf', 'csv'] as const).map((kind) => ({
      href: `${desk.href}/restaurant.${kind}`,
      text: t(`restaurant:as_${kind}`),
    })),
  };
}

function leadOf({ sheetAt, zone }: EventWithSeries, { frozen }: RestaurantSheet): string {
  if (frozen) return t('restaurant:told', { at: moment(frozen.at, zone) });
  return sheetAt ? t('restaurant:will', { at: moment(sheetAt, zone) }) : t('restaurant:open');
}

const section = (heading: string, counts: Counts): Section => ({
  heading,
  people: t('restaurant:people', { count: counts.people }),
  rows: rowsOf(counts).map(({ label, count }) => [label, String(count)]),
});

const tableSections = ({ tables }: Sheet): Section[] =>
  // Where nobody has been seated the tables say nothing that the total does not.
  tables.some((one) => one.table !== null)
    ? tables.map(({ table, counts }) => section(tableName(table), counts))
    : [];

const tableName = (table: string | null): string => table ?? t('restaurant:no_table');

type Row = {
  what: 'dish' | 'open' | 'diet' | 'other';
  course: string;
  item: string;
  label: string;
  count: number;
};

/** What is counted, a row each; what nobody has or chose is a row where it stands on the menu. */
function rowsOf({ courses, diets, others }: Counts): Row[] {
  return [
    ...courses.flatMap(({ label: course, dishes, open }): Row[] => [
      ...dishes.map(
        ({ label, count }): Row => ({
          what: 'dish',
          course,
          item: label,
          label: t('restaurant:dish', { course, dish: label }),
          count,
        }),
      ),
      ...(open > 0
        ? [
            {
              what: 'open' as const,
              course,
              item: '',
              label: t('restaurant:not_chosen', { course }),
              count: open,
            },
          ]
        : []),
    ]),
    ...diets.map(({ diet, count }): Row => {
      const label = t(`party:diets.${diet}`);
      return { what: 'diet', course: '', item: label, label, count };
    }),
    ...others.map(({ label, count }): Row => ({ what: 'other', course: '', item: label, label, count })),
  ];
}

function differenceText({ table, what, label, course, by }: Difference): string {
  const where = table === undefined ? t('restaurant:in_all') : tableName(table);
  const item = what === 'diet' ? t(`party:diets.${label}`) : label;
  return t(`restaurant:changed.${what}`, { where, item, course, by: by > 0 ? `+${by}` : `−${-by}` });
}

/** A row a number: the table, what is counted, the course, the item, how many; then what is different since it was told. */
export function restaurantCsv(sheet: RestaurantSheet): string {
  const shown = told(sheet);
  const part = (table: string, counts: Counts) => [
    [table, t('restaurant:csv.people'), '', '', counts.people],
    ...rowsOf(counts).map(({ what, course, item, count }) => [
      table,
      t(`restaurant:csv.${what}`),
      course,
      item,
      count,
    ]),
  ];
  const since = sheet.frozen?.since ?? [];
  return stringify(
    [
      ['table', 'what', 'course', 'item', 'count'].map((one) => t(`restaurant:csv.heads.${one}`)),
      ...part(t('restaurant:in_all'), shown.total),
      ...shown.tables.flatMap(({ table, counts }) => part(tableName(table), counts)),
      ...since.map((one) => [
        one.table === undefined ? t('restaurant:in_all') : tableName(one.table),
        t('restaurant:csv.since', { what: t(`restaurant:csv.${one.what}`) }),
        one.course ?? '',
        one.what === 'diet' ? t(`party:diets.${one.label}`) : one.label,
        one.by,
      ]),
    ],
    { bom: true, record_delimiter: 'windows', cast: { string: neutral } },
  );
}

export function restaurantPaper(event: EventWithSeries, sheet: RestaurantSheet, now: Date): Paper {
  const shown = told(sheet);
  const since = sheet.frozen?.since ?? [];
  const sections = [section(t('restaurant:total'), shown.total), ...tableSections(shown)];
  return {
    title: event.name,
    lead: [
      [when(event.startsAt, event.endsAt, event.zone), event.venueName].filter(Boolean).join(', '),
      leadOf(event, sheet),
      ...(shown.held > 0 ? [t('restaurant:held', { count: shown.held })] : []),
    ],
    foot: t('restaurant:as_of', { at: moment(now, event.zone) }),
    sections: [
      ...sections.map(({ heading, people, rows }) => ({ heading, right: people, rows })),
      ...(since.length > 0
        ? [
            {
              heading: t('restaurant:since', { count: since.length }),
              rows: since.map((one): [string, string] => [differenceText(one), '']),
            },
          ]
        : []),
    ],
  };
}
