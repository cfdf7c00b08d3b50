import { eventKinds } from '../../db/schema.ts';
import { clean } from '../../shared/form.ts';
import type { Issue } from '../../shared/result.ts';
import { mostHours, mostParty } from '../registrations/rules.ts';
import { readMenu } from './menu.ts';
import { readQuestions } from './questions.ts';
import {
  readCapacity,
  readHours,
  readKind,
  readLine,
  readMoment,
  readOptional,
  readSlug,
  readText,
  readUrl,
  readWhole,
  readZone,
} from './readers.ts';

export { readCapacity } from './readers.ts';
export { eventKinds };

/** What a form, an API or an import gives: texts as typed, times as wall times in `zone`. Absent and empty are the same. */
export type EventInput = Partial<Record<EventText, unknown>> & {
  waitingList?: unknown;
  quiet?: unknown;
  questions?: unknown;
  /** Absent: left as it was. */
  menu?: unknown;
  /** Questions may go although they have been answered. */
  dropAnswers?: unknown;
  /** Dishes may go although they have been chosen. */
  dropChoices?: unknown;
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
  | 'proveHours'
  | 'startsAt'
  | 'startsFold'
  | 'endsAt'
  | 'endsFold'
  | 'opensAt'
  | 'opensFold'
  | 'closesAt'
  | 'closesFold'
  | 'sheetAt'
  | 'sheetFold'
  | 'reconfirmHours'
  | 'series';

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
    readText(input[field], field, { max: most[field], required }, issues);
  const name = text('name', true);
  const zone = readZone(input.zone, issues);
  const moment = (field: keyof typeof foldOf, required: boolean) =>
    readMoment(input[field], input[foldOf[field]], zone, field, required, issues);
  const startsAt = moment('startsAt', true);
  const endsAt = moment('endsAt', true);
  if (startsAt && endsAt && endsAt <= startsAt) issues.push({ field: 'endsAt', code: 'ends_before_start' });
  const opensAt = moment('opensAt', false);
  const closesAt = moment('closesAt', false);
  if (opensAt && closesAt && closesAt <= opensAt)
    issues.push({ field: 'closesAt', code: 'closes_before_opens' });
  if (closesAt && endsAt && closesAt > endsAt) issues.push({ field: 'closesAt', code: 'closes_after_end' });
  const sheetAt = input.sheetAt === undefined ? undefined : moment('sheetAt', false);
  if (sheetAt && startsAt && sheetAt >= startsAt)
    issues.push({ field: 'sheetAt', code: 'sheet_after_start' });
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
    quiet: saysYes(input.quiet),
    partyMost: readWhole(input.partyMost, 'partyMost', mostParty, issues),
    line: readLine(input.line, issues),
    offerHours: readWhole(input.offerHours, 'offerHours', mostHours, issues),
    proveHours: readOptional(input.proveHours, 'proveHours', mostHours, issues),
    sheetAt,
    reconfirmHours: readHours(input.reconfirmHours, 'reconfirmHours', issues),
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
  sheetAt: 'sheetFold',
} as const;
