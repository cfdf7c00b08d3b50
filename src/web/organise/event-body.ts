import type { EventInput } from '../../services/events/input.ts';
import { menuText } from '../../services/events/menu.ts';
import type { EventWithSeries } from '../../services/events/queries.ts';
import type { Field } from '../../shared/form.ts';
import { type Fold, instantOf, wallOf } from '../../shared/time.ts';

/** An event's form as it is typed: flat texts by field name, and the rows of the question editor. */
export type EventForm = { typed: Record<string, string>; rows: QuestionRow[] };
export type QuestionRow = Record<(typeof parts)[number], string>;

const parts = ['name', 'label', 'kind', 'help', 'required', 'options', 'public'] as const;
const texts = [
  'name',
  'slug',
  'kind',
  'series',
  'summary',
  'description',
  'venueName',
  'venueAddress',
  'venueUrl',
  'cost',
  'deposit',
  'partyMost',
  'line',
  'offerHours',
  'proveHours',
];
const moments = ['startsAt', 'endsAt', 'opensAt', 'closesAt', 'sheetAt'] as const;
const others = [
  'zone',
  'menu',
  'reconfirmHours',
  'dropChoices',
  'capacity',
  'waitingList',
  'quiet',
  'dropAnswers',
  'imageId',
  'removeImage',
];
export const seen = ['nonce', 'version', 'capacitySeen', 'waitingListSeen', 'imageIdSeen'];

/** The end of the form's names that belong to a moment: which of two, and another time instead of one that is skipped. */
export const foldOf = (moment: string): string => moment.replace('At', 'Fold');
export const insteadOf = (moment: string): string => moment.replace('At', 'Instead');

/** Reads a submitted form. Question rows are `questions.<n>.<part>`. */
export function readEventForm(body: Record<string, unknown>): EventForm {
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : '');
  const names = [...texts, ...moments, ...moments.map(foldOf), ...others, ...seen];
  const typed = Object.fromEntries(names.map((name) => [name, text(name)]));
  for (const moment of moments) {
    // Only while the time is one that does not exist: else it has been typed anew since the choice was offered.
    const instead = text(insteadOf(moment));
    const read = instantOf(typed[moment]!, typed.zone!);
    if (instead && 'code' in read && read.code === 'time_gap') typed[moment] = instead;
  }
  const numbers = Object.keys(body).flatMap((name) => /^questions\.(\d{1,3})\.label$/.exec(name)?.[1] ?? []);
  const rows = numbers
    .map(Number)
    .sort((a, b) => a - b)
    .map(
      (n) => Object.fromEntries(parts.map((part) => [part, text(`questions.${n}.${part}`)])) as QuestionRow,
    );
  return { typed, rows };
}

/** Without the rows that have nothing in them: those are left out when saving, and what is refused is counted without them. */
export const filled = ({ typed, rows }: EventForm): EventForm => ({
  typed,
  rows: rows.filter((row) => (row.label + row.options + row.help).trim() !== ''),
});

/** What the commands take. */
export const eventInput = ({ typed, rows }: EventForm): EventInput => ({
  ...typed,
  questions: rows.map((row) => ({ ...row, audience: row.public ? 'public' : 'organisers' })),
});

/** The form of an event as it is on file. */
export function eventForm(event: EventWithSeries): EventForm {
  const { zone } = event;
  const wall = (at: Date | null) => (at ? wallOf(at, zone) : '');
  const folds = moments.map((moment) => [foldOf(moment), foldAt(event[moment], zone)]);
  return {
    typed: {
      ...Object.fromEntries(texts.map((name) => [name, String(event[name as 'name'] ?? '')])),
      ...Object.fromEntries(moments.map((moment) => [moment, wall(event[moment])])),
      ...Object.fromEntries(folds),
      zone,
      menu: menuText(event.menu),
      reconfirmHours: event.reconfirmHours.join(', '),
      series: event.series?.name ?? '',
      quiet: event.quiet ? 'yes' : '',
      ...places(event),
      ...seenNow(event),
    },
    rows: event.questions.map(rowOf),
  };
}

const places = (event: EventWithSeries) => ({
  capacity: event.capacity === null ? '' : String(event.capacity),
  waitingList: event.waitingList ? 'yes' : '',
  imageId: String(event.imageId ?? ''),
});

/** What the editor saw. Places and image are saved only when they were changed here: nobody else's change is undone. */
const seenNow = (event: EventWithSeries) => ({
  version: String(event.version),
  ...Object.fromEntries(Object.entries(places(event)).map(([name, value]) => [`${name}Seen`, value])),
});

export const changed = ({ typed }: EventForm, name: 'capacity' | 'waitingList' | 'imageId'): boolean =>
  typed[name] !== typed[`${name}Seen`];

/** The form on top of the event as it is now: what was typed is kept, what was left alone follows the event. */
export function rebased(form: EventForm, event: EventWithSeries): EventForm {
  const kept = Object.entries(places(event)).filter(([name]) => !changed(form, name as 'capacity'));
  return { ...form, typed: { ...form.typed, ...Object.fromEntries(kept), ...seenNow(event) } };
}

const rowOf = (question: Field): QuestionRow => ({
  name: question.name,
  label: question.label,
  kind: question.kind,
  help: question.help ?? '',
  required: question.required ? 'yes' : '',
  options: (question.options ?? []).join('\n'),
  public: question.audience === 'public' ? 'yes' : '',
});

export const emptyRow: QuestionRow = {
  name: '',
  label: '',
  kind: 'text',
  help: '',
  required: '',
  options: '',
  public: '',
};

/** Which of the two it is, where a wall time happens twice. */
export function foldAt(at: Date | null, zone: string): Fold | '' {
  if (!at) return '';
  const read = instantOf(wallOf(at, zone), zone);
  if (!('code' in read) || read.code !== 'time_twice') return '';
  return read.options[0].getTime() === at.getTime() ? 'earlier' : 'later';
}

/** The editor's own buttons, `add`, `up.2`, `down.2`, `remove.2`: the rows after one was pressed; undefined for any other. */
export function pressed(rows: QuestionRow[], button: unknown): QuestionRow[] | undefined {
  const found = /^(add|up|down|remove)(?:\.(\d{1,3}))?$/.exec(typeof button === 'string' ? button : '');
  if (!found) return undefined;
  const at = Number(found[2] ?? -1);
  const row = rows[at];
  if (found[1] === 'add') return [...rows, emptyRow];
  if (!row) return rows;
  const others = rows.toSpliced(at, 1);
  if (found[1] === 'remove') return others;
  return others.toSpliced(found[1] === 'up' ? Math.max(0, at - 1) : at + 1, 0, row);
}
