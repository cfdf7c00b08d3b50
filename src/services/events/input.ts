import { type EventKind, eventKinds } from '../../db/schema.ts';
import { clean } from '../../shared/form.ts';
import { slugify } from '../../shared/ids.ts';
import type { Issue } from '../../shared/result.ts';
import { type Fold, instantOf, isZone } from '../../shared/time.ts';
import { mostHours, mostParty } from '../registrations/rules.ts';
import { readMenu } from './menu.ts';
import { readQuestions } from './questions.ts';

export { eventKinds };

/** What a form, an API or an import gives: texts as typed, times as wall times in `zone`. Absent and empty are the same. */
export type EventInput = Partial<Record<EventText, unknown>> & {
  waitingList?: unknown;
  questions?: unknown;
  /** Absent: left as it was. */
  menu?: unknown;
  /** Questions may go although they have been answered. */
  dropAnswers?: unknown;
};
type EventText =
  | 'name'
  | 'slug'
  | 'kind'
  | 'summary'
  | 'description'
  | 'venueName'
  | 'venueAddress'
  | 'venueUrl'
  | 'cost'
  | 'deposit'
  | 'zone'
  | 'capacity'
  | 'partyMost'
  | 'line'
  | 'offerHours'
  | 'startsAt'
  | 'startsFold'
  | 'endsAt'
  | 'endsFold'
  | 'opensAt'
  | 'opensFold'
  | 'closesAt'
  | 'closesFold'
  | 'series';

/** Left as it was, or at what is usual, when nothing is given. */
type Kept<T> = T | undefined;

export type EventValues = NonNullable<ReturnType<typeof readEvent>['values']>;

const most = {
  name: 120,
  slug: 60,
  summary: 300,
  description: 20_000,
  venueName: 200,
  venueAddress: 500,
  cost: 200,
  deposit: 200,
  series: 120,
};

/** Reads an event's form. All problems are named at once; `values` is there when there are none. */
export function readEvent(input: EventInput) {
  const issues: Issue[] = [];
  const text = (field: keyof typeof most, required = false) =>
    readText(input[field], field, most[field], required, issues);
  const name = text('name', true);
  const zone = readZone(input.zone, issues);
  const moment = (field: 'startsAt' | 'endsAt' | 'opensAt' | 'closesAt', required: boolean) =>
    readMoment(input[field], input[foldOf[field]], zone, field, required, issues);
  const startsAt = moment('startsAt', true);
  const endsAt = moment('endsAt', true);
  if (startsAt && endsAt && endsAt <= startsAt) issues.push({ field: 'endsAt', code: 'ends_before_start' });
  const opensAt = moment('opensAt', false);
  const closesAt = moment('closesAt', false);
  if (opensAt && closesAt && closesAt <= opensAt)
    issues.push({ field: 'closesAt', code: 'closes_before_opens' });
  if (closesAt && endsAt && closesAt > endsAt) issues.push({ field: 'closesAt', code: 'closes_after_end' });
  const questions = readQuestions(input.questions);
  const menu = input.menu === undefined ? undefined : readMenu(input.menu);
  issues.push(...questions.issues, ...(menu?.issues ?? []));
  const values = {
    name,
    slug: readSlug(text('slug'), name, issues),
    kind: readKind(input.kind, issues),
    summary: text('summary'),
    description: text('description'),
    venueName: text('venueName'),
    venueAddress: text('venueAddress'),
    venueUrl: readUrl(input.venueUrl, issues),
    cost: text('cost'),
    deposit: text('deposit'),
    zone,
    startsAt: startsAt!,
    endsAt: endsAt!,
    opensAt,
    closesAt,
    capacity: readCapacity(input.capacity, issues),
    waitingList: saysYes(input.waitingList),
    partyMost: readWhole(input.partyMost, 'partyMost', mostParty, issues),
    line: readLine(input.line, issues),
    offerHours: readWhole(input.offerHours, 'offerHours', mostHours, issues),
    series: text('series'),
    questions: questions.fields,
    menu: menu?.menu,
  };
  return { values: issues.length === 0 ? values : undefined, issues };
}

/** A ticked box, whatever its value. */
export const saysYes = (raw: unknown): boolean => ['on', 'true', 'yes', '1'].includes(clean(raw));

const foldOf = {
  startsAt: 'startsFold',
  endsAt: 'endsFold',
  opensAt: 'opensFold',
  closesAt: 'closesFold',
} as const;

function readText(raw: unknown, field: string, max: number, required: boolean, issues: Issue[]): string {
  const text = clean(raw);
  if (required && !text) issues.push({ field, code: 'required' });
  if (text.length > max) issues.push({ field, code: 'too_long', data: { max, length: text.length } });
  return text;
}

function readSlug(typed: string, name: string, issues: Issue[]): string {
  const slug = slugify(typed || name);
  if (!slug && name) issues.push({ field: 'slug', code: 'slug' });
  // Words that the site's own pages below /events and the bot's commands use.
  if (['new', 'edit', 'schedule', 'attendees', 'more', 'back', 'all'].includes(slug))
    issues.push({ field: 'slug', code: 'slug_reserved', data: { slug } });
  return slug;
}

function readKind(raw: unknown, issues: Issue[]): EventKind {
  const kind = eventKinds.find((one) => one === clean(raw));
  if (!kind) issues.push({ field: 'kind', code: 'choice', data: { options: eventKinds.join(', ') } });
  return kind ?? 'meetup';
}

function readZone(raw: unknown, issues: Issue[]): string {
  const zone = clean(raw);
  if (isZone(zone)) return zone;
  issues.push({ field: 'zone', code: zone ? 'zone' : 'required' });
  return 'UTC';
}

function readMoment(
  raw: unknown,
  fold: unknown,
  zone: string,
  field: string,
  required: boolean,
  issues: Issue[],
): Date | null {
  const wall = clean(raw);
  if (!wall) {
    if (required) issues.push({ field, code: 'required' });
    return null;
  }
  const read = instantOf(wall, zone, clean(fold) as Fold);
  if ('at' in read) return read.at;
  issues.push({ field, code: read.code, data: { zone, wall: wall.replace('T', ' ') } });
  return null;
}

function readUrl(raw: unknown, issues: Issue[]): string {
  const text = clean(raw);
  if (!text) return '';
  const url = URL.parse?.(text) ?? tryUrl(text);
  if (url && /^https?:$/.test(url.protocol) && text.length <= 1000) return url.href;
  issues.push({ field: 'venueUrl', code: 'url' });
  return '';
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Null: no limit. */
export function readCapacity(raw: unknown, issues: Issue[]): number | null {
  const text = clean(raw);
  if (!text) return null;
  if (/^\d{1,6}$/.test(text) && Number(text) <= 100_000) return Number(text);
  issues.push({ field: 'capacity', code: 'capacity' });
  return null;
}

function readWhole(raw: unknown, field: string, max: number, issues: Issue[]): Kept<number> {
  const text = clean(raw);
  if (!text) return undefined;
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
  issues.push({ field, code: 'whole', data: { max } });
  return undefined;
}

function readLine(raw: unknown, issues: Issue[]): Kept<'automatic' | 'offer'> {
  const text = clean(raw);
  if (!text) return undefined;
  if (text === 'automatic' || text === 'offer') return text;
  issues.push({ field: 'line', code: 'choice', data: { options: 'automatic, offer' } });
  return undefined;
}
