import type { Actor } from '../../../context.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import { filters, states } from '../../../services/registrations/attendees.ts';
import type { AttendeeList } from '../../../services/registrations/list.ts';
import type { Refusal } from '../../../shared/result.ts';
import { moment } from '../../../shared/time.ts';
import { refusalText } from '../../../words/sentences.ts';
import { t } from '../../../words/words.ts';
import { filterParams, type ListState, queryOf, writeCursor } from '../../organise/attendee-url.ts';
import { type AttendeeRowView, attendeeRow, type Heading, headings, shownColumns } from './attendee-rows.ts';
import { type ColumnsView, columnsView } from './columns.ts';
import { type Desk, type Fill, fill } from './desk.ts';
import { type FilterView, filterView } from './filters.ts';

export type AttendeesPage = {
  desk: Desk;
  href: string;
  refused?: string;
  fill: Fill;
  totals: { text: string; count: string; href: string; current: boolean }[];
  /** `12 of 250 match`. */
  matches: string;
  filter: FilterView;
  headings: Heading[];
  rows: AttendeeRowView[];
  empty?: { heading: string; text: string; link?: { href: string; text: string } };
  pager: { previous?: string; next?: string };
  /** The list's own query, for the forms that come back to it. */
  back: string;
  manages: boolean;
  add: string;
  /** Where all that fit are cancelled, and the last time that many were. */
  cancelMany?: string;
  last?: { text: string; href: string };
  capacity: { action: string; value: string; error?: string; waitingList: boolean };
  columns: ColumnsView;
};

type Given = {
  desk: Desk;
  event: EventWithSeries;
  actor: Actor;
  list: AttendeeList;
  state: ListState;
  /** Keys of the chosen columns. */
  columns: string[];
  now: Date;
  /** What was typed as the number of places, when it was refused. */
  capacityTyped?: string;
  refusal?: Refusal;
  /** The last time that many were cancelled at once. */
  last?: { id: number; total: number; createdAt: Date };
};

/** The list of an event's registrations, with all that an organiser does there. */
export function attendeesPage(given: Given): AttendeesPage {
  const { desk, event, actor, list, state, refusal, capacityTyped } = given;
  const href = `${desk.href}/attendees`;
  const manages = mayManage(actor, event.id);
  const shown = shownColumns(event, given.columns);
  const to = (at: Record<string, string>) => href + queryOf({ ...state.params, ...at });
  return {
    desk,
    href,
    refused: refusal && refusalText(t, refusal),
    fill: fill(event),
    totals: totals(href, list, state),
    matches: filters(state.query.filter)
      ? t('organise:attendees.matches', { count: list.count })
      : t('organise:attendees.all', { count: list.count }),
    filter: filterView(event.questions, state, href),
    headings: headings(shown, state, href),
    rows: list.rows.map((row) => attendeeRow(row, { event, shown, manages, href, now: given.now })),
    empty: list.rows.length === 0 ? empty(href, list, state, manages) : undefined,
    pager: {
      previous: list.previous && to({ before: writeCursor(list.previous) }),
      next: list.next && to({ after: writeCursor(list.next) }),
    },
    back: queryOf({ ...state.params, ...state.at }).slice(1),
    manages,
    add: `${href}/new`,
    cancelMany:
      manages && list.count > 0 && state.query.filter.state !== 'cancelled'
        ? `${href}/cancel${queryOf(filterParams(state.query.filter))}`
        : undefined,
    last: manages && given.last ? lastView(given.last, desk.href, event.zone) : undefined,
    capacity: {
      action: `${desk.href}/capacity`,
      value: capacityTyped ?? (event.capacity === null ? '' : String(event.capacity)),
      error: capacityTyped === undefined ? undefined : t('fields:capacity'),
      waitingList: event.waitingList,
    },
    columns: columnsView(event, given.columns, desk.href, filterParams(state.query.filter)),
  };
}

const lastView = (
  { id, total, createdAt }: { id: number; total: number; createdAt: Date },
  href: string,
  zone: string,
) => ({
  text: t('organise:many.last', { count: total, at: moment(createdAt, zone) }),
  href: `${href}/cancellations/${id}`,
});

/** Each total is the list cut down to it. */
function totals(href: string, list: AttendeeList, { query }: ListState): AttendeesPage['totals'] {
  const shown = states.filter((state) => state !== 'offered' || list.totals.offered > 0);
  return shown.map((state) => ({
    text: t(`organise:attendees.totals.${state}`, { count: list.totals[state] }),
    count: t('organise:fill.number', { count: list.totals[state] }),
    href:
      href +
      queryOf({
        ...filterParams({ ...query.filter, state }),
        ...(state === 'waitlisted' && { sort: 'line' }),
      }),
    current: query.filter.state === state,
  }));
}

function empty(
  href: string,
  list: AttendeeList,
  { query, at }: ListState,
  manages: boolean,
): AttendeesPage['empty'] {
  const key = filters(query.filter)
    ? 'no_match'
    : list.count > 0 && (at.after || at.before)
      ? 'beyond'
      : 'nobody';
  const link = { href, text: t('organise:attendees.clear') };
  return {
    heading: t(`organise:attendees.empty.${key}_heading`),
    text: t(`organise:attendees.empty.${key}`),
    link:
      key === 'nobody'
        ? manages
          ? { href: `${href}/new`, text: t('organise:attendees.add') }
          : undefined
        : link,
  };
}
