import type { EventWithSeries } from '../../services/events/queries.ts';
import { diets, type MemberInput } from '../../services/registrations/members.ts';
import { asksPlates } from '../../services/registrations/rules.ts';
import { type Course, type Portions, portionKey } from '../../shared/menu.ts';
import type { Issue } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import type { MemberRow } from '../party-body.ts';
import { type FieldView, fieldView } from './form.ts';

/** One of a party in a form: who registers has no name there. */
export type MemberCard = {
  n: number;
  id: string;
  /** Says that there is such a member, also when nothing is said of them. */
  here: string;
  legend: string;
  fields: FieldView[];
  remove?: { value: string; label: string };
};

export type PartyForm = {
  cards: MemberCard[];
  lead?: string;
  add?: string;
  near?: FieldView;
  fields: FieldView[];
};

type Given = {
  event: EventWithSeries;
  rows: MemberRow[];
  near: unknown;
  issues: Issue[];
  portions: Portions;
};

export const takesParty = (event: EventWithSeries): boolean => event.partyMost > 1 || asksPlates(event);

/** The part of a form that says who comes along and what everybody eats; undefined where neither is asked. */
export function partyForm({ event, rows, near, issues, portions }: Given): PartyForm | undefined {
  if (!takesParty(event)) return undefined;
  const all = rows.length > 0 ? rows : [{ choices: {} }];
  const cards = all
    .map((row, n) => card(event, row, n, issues, portions))
    .filter((one) => one.n > 0 || one.fields.length > 0);
  const nearField =
    event.kind === 'dinner'
      ? fieldView({
          name: 'near',
          label: t('party:near'),
          help: t('party:near_help'),
          value: near,
          issues,
          maxlength: 200,
        })
      : undefined;
  return {
    cards,
    lead: event.partyMost > 1 ? t('party:lead', { count: event.partyMost - 1 }) : undefined,
    add: all.length < event.partyMost ? t('party:add') : undefined,
    near: nearField,
    fields: [...cards.flatMap((one) => one.fields), ...(nearField ? [nearField] : [])],
  };
}

function card(
  event: EventWithSeries,
  row: MemberRow,
  n: number,
  issues: Issue[],
  portions: Portions,
): MemberCard {
  const at = (part: string) => `members.${n}.${part}`;
  const name = fieldView({
    name: at('name'),
    label: t('party:name'),
    help: t('party:name_help'),
    value: row.name,
    issues,
    maxlength: 200,
  });
  const plates = asksPlates(event)
    ? [
        ...event.menu.map((course) =>
          courseField(course, at(`choices.${course.name}`), row, issues, portions),
        ),
        dietsField(at('diets'), row, issues),
        fieldView({
          name: at('dietOther'),
          label: t('party:diet_other'),
          value: row.dietOther,
          issues,
          maxlength: 200,
        }),
      ]
    : [];
  return {
    n,
    id: `member-${n}`,
    here: at('here'),
    legend: n === 0 ? t('party:you') : t('party:guest', { n }),
    fields: [...(n > 0 ? [name] : []), ...plates],
    remove: n > 0 ? { value: `remove.${n}`, label: t('party:remove', { n }) } : undefined,
  };
}

const dietsField = (name: string, row: MemberInput, issues: Issue[]): FieldView =>
  fieldView({
    name,
    label: t('party:diets_label'),
    control: 'checkboxes',
    value: row.diets,
    issues,
    options: diets.map((diet) => ({ value: diet, label: t(`party:diets.${diet}`) })),
  });

/** What is gone is not offered, but to whoever has it. */
function courseField(
  course: Course,
  name: string,
  row: MemberRow,
  issues: Issue[],
  portions: Portions,
): FieldView {
  const chosen = row.choices[course.name];
  const options = course.dishes.flatMap(({ label }) => {
    const left = portions.get(portionKey(course.name, label));
    if (left !== undefined && left <= 0 && chosen !== label) return [];
    const few = left !== undefined && left > 0 ? t('party:left', { dish: label, count: left }) : label;
    return [{ value: label, label: few }];
  });
  return fieldView({
    name,
    label: course.label,
    control: 'radios',
    value: typeof chosen === 'string' ? chosen : '',
    issues,
    options: [...options, { value: '', label: t('party:later') }],
  });
}
