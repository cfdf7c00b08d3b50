import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { AttendeeRow, AttendeeSort } from '../../../services/registrations/list.ts';
import { answerText, type Field } from '../../../shared/form.ts';
import { cut } from '../../../shared/text.ts';
import { clock, shortDay } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type ListState, queryOf, sortParams } from '../../organise/attendee-url.ts';
import type { Badge } from '../events.ts';

export type Heading = {
  text: string;
  /** Sorts by it, or turns the order around. */
  href?: string;
  sorted?: 'ascending' | 'descending';
};

export type AttendeeRowView = {
  id: string;
  name: string;
  email: string;
  /** Of more than one: how many they are, and the names of those who have one. */
  party?: string;
  badge: Badge;
  /** `3rd in line`. */
  rank?: string;
  /** In the order of the headings, after name and state. */
  cells: Cell[];
  /** Absent for those who may only look, and for what is cancelled. */
  change?: {
    label: string;
    actions: { action: string; text: string }[];
    cancel: { action: string; sure: string };
  };
};

/** `short` is the beginning of a long text. */
type Cell = { label: string; text: string; short?: string };

/** What the table shows beside name and state: which of the chosen columns, and which questions. */
export type Shown = { door: boolean; registered: boolean; questions: Field[] };

export const shownColumns = (event: EventWithSeries, columns: string[]): Shown => ({
  door: columns.includes('door'),
  registered: columns.includes('registeredAt'),
  questions: event.questions.filter((one) => columns.includes(`answer.${one.name}`)),
});

export function headings(shown: Shown, state: ListState, href: string): Heading[] {
  const sortable = (sort: AttendeeSort, text: string): Heading => {
    const here = state.query.sort === sort;
    const { sort: _, dir: __, ...filter } = state.params;
    return {
      text,
      href: href + queryOf({ ...filter, ...sortParams(sort, here && !state.query.descending) }),
      sorted: here ? (state.query.descending ? 'descending' : 'ascending') : undefined,
    };
  };
  return [
    sortable('name', t('organise:attendees.name')),
    sortable('line', t('organise:attendees.state')),
    ...shown.questions.map((one) => ({ text: one.label })),
    ...(shown.door ? [{ text: t('organise:columns.door') }] : []),
    ...(shown.registered ? [sortable('registered', t('organise:attendees.registered'))] : []),
  ];
}

const badges = { confirmed: 'good', offered: 'few', waitlisted: 'wait', cancelled: 'plain' } as const;

type Given = { event: EventWithSeries; shown: Shown; manages: boolean; href: string; now: Date };

export function attendeeRow(row: AttendeeRow, given: Given): AttendeeRowView {
  const { shown, event } = given;
  const cell = (label: string, text: string): Cell => ({ label, text, short: beginning(text) });
  const at = (when: Date) => `${shortDay(when, event.zone)}, ${clock(when, event.zone)}`;
  const words = { yes: t('site:yes'), no: t('site:no') };
  return {
    id: `r-${row.id}`,
    name: row.name,
    email: row.email,
    party:
      row.size > 1
        ? [t('party:size', { count: row.size }), row.guests.join(', ')].filter(Boolean).join(': ')
        : undefined,
    badge: { text: t(`organise:states.${row.state}`), kind: badges[row.state] },
    rank: row.rank ? t('organise:attendees.rank', { count: row.rank, ordinal: true }) : undefined,
    cells: [
      ...shown.questions.map((one) => cell(one.label, answerText(row.answers[one.name], words))),
      ...(shown.door ? [cell(t('organise:columns.door'), t(`organise:doors.${row.door}`))] : []),
      ...(shown.registered ? [cell(t('organise:attendees.registered'), at(row.createdAt))] : []),
    ],
    change: given.manages && row.state !== 'cancelled' ? changeOf(row, given) : undefined,
  };
}

const beginning = (text: string) =>
  text.length > 70 || text.includes('\n') ? `${cut(text.split('\n')[0]!, 50)}…` : undefined;

/** What can be done with it, each a button. Giving a place where none is free says so. */
function changeOf(row: AttendeeRow, { event, href }: Given): AttendeeRowView['change'] {
  const full = event.capacity !== null && event.taken + event.held >= event.capacity;
  const action = (path: string, key: string) => ({
    action: `${href}/${row.id}/${path}`,
    text: t(`organise:attendees.${key}`),
  });
  const waits = row.state === 'waitlisted';
  return {
    label: t('organise:attendees.change', { name: row.name }),
    actions: [
      ...(row.state !== 'confirmed' ? [action('give-place', full ? 'give_place_beyond' : 'give_place')] : []),
      ...(waits && row.rank !== 1 ? [action('to-front', 'to_front')] : []),
      ...(waits ? [] : [action('to-waiting', 'to_waiting')]),
      action('link', 'link'),
    ],
    cancel: {
      action: `${href}/${row.id}/cancel`,
      sure: t(waits ? 'organise:attendees.sure_waiting' : 'organise:attendees.sure', { name: row.name }),
    },
  };
}
