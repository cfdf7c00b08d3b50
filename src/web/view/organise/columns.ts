import type { EventWithSeries } from '../../../services/events/queries.ts';
import { columnsOf, exportFormats, heading, listForm } from '../../../services/registrations/export.ts';
import { t } from '../../../words/words.ts';
import { queryOf } from '../../organise/attendee-url.ts';

export type ColumnsView = {
  action: string;
  boxes: { id: string; value: string; label: string; checked: boolean }[];
  downloads: { href: string; text: string; help: string }[];
};

/** Which columns the list and its files have, and the files. */
export const columnsView = (
  event: EventWithSeries,
  chosen: string[],
  href: string,
  filter: Record<string, string>,
): ColumnsView => ({
  action: `${href}/columns`,
  boxes: columnsOf(listForm(event)).map((column, n) => ({
    id: `column-${n}`,
    value: column.key,
    label: heading(column, event.zone, t),
    checked: chosen.includes(column.key),
  })),
  downloads: exportFormats.map((format) => ({
    href: `${href}/attendees.${format}${queryOf(filter)}`,
    text: t(`organise:export.${format}`),
    help: t(`organise:export.${format}_help`),
  })),
});
