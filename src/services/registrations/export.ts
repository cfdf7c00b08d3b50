import { eq } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { events } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { dayOf } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { mayManage } from '../organising/rules.ts';
import { type AttendeeFilter, readFilter } from './attendees.ts';
import { type Column, listForm, readColumns } from './export/columns.ts';
import { csv } from './export/csv.ts';
import { json } from './export/json.ts';
import { bringsParties, hasParties } from './export/members.ts';
import { type ExportRow, pages } from './export/rows.ts';
import { xlsx } from './export/xlsx.ts';

export { columnKeys, columnsOf, heading, listForm } from './export/columns.ts';

type Chunks = AsyncIterable<string | Uint8Array>;
type Sheet = { title: string; zone: string; columns: Column[]; pages: AsyncIterable<ExportRow[]>; t: T };

const writers = {
  csv: { type: 'text/csv; charset=utf-8', write: csv },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', write: xlsx },
  json: { type: 'application/json; charset=utf-8', write: json },
} satisfies Record<string, { type: string; write: (sheet: Sheet) => Chunks }>;

export type ExportFormat = keyof typeof writers;
export const exportFormats = Object.keys(writers) as ExportFormat[];

export type Export = {
  /** `<slug>-attendees-<day>.<format>`, the day in the event's zone. */
  filename: string;
  /** For Content-Type. */
  type: string;
  /** The file, made as it is read: nothing is asked of the database before, nor after one stops reading. */
  chunks: Chunks;
};

/**
 * The registrations of an event as a file, in the order in which they were made. `columns` are keys of `columnKeys`
 * (none: all of them), `filter` is as in the list's URL. Refuses: event_unknown, not_organiser.
 */
export async function exportAttendees(
  ctx: Ctx,
  slug: string,
  options: {
    format: ExportFormat;
    columns?: string[];
    filter?: Record<string, unknown>;
    /** A row a registration, or a row for each member of a party; absent: the latter where there are parties. */
    rows?: unknown;
    t: T;
  },
): Promise<Result<Export>> {
  const [found] = await ctx.db
    .select({ event: events, parties: hasParties })
    .from(events)
    .where(eq(events.slug, slug));
  if (!found) return refuse('not_found', 'event_unknown');
  const { event, parties } = found;
  if (!mayManage(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  const filter: AttendeeFilter = readFilter(event.questions, options.filter ?? {});
  const eachMember =
    options.rows === 'member' || (options.rows !== 'registration' && (bringsParties(event) || parties));
  const form = listForm(event, eachMember);
  const { type, write } = writers[options.format];
  const sheet = {
    title: event.name,
    zone: event.zone,
    columns: readColumns(form, options.columns),
    pages: pages(ctx.db, event, filter, eachMember),
    t: options.t,
  };
  const filename = `${event.slug}-attendees-${dayOf(ctx.now(), event.zone)}.${options.format}`;
  return ok({ filename, type, chunks: write(sheet) });
}
