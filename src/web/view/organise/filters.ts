import { doors, filterOptions, filterQuestions, states } from '../../../services/registrations/attendees.ts';
import type { Field } from '../../../shared/form.ts';
import { t } from '../../../words/words.ts';
import type { ListState } from '../../organise/attendee-url.ts';
import { type FieldView, fieldView } from '../form.ts';

export type FilterView = {
  action: string;
  search: FieldView;
  since: FieldView;
  selects: FieldView[];
  /** Those of the questions stand in a fold of their own. */
  answers: { selects: FieldView[]; open: boolean; text: string };
  /** Kept while the filter changes. */
  hidden: { name: string; value: string }[];
  /** Where nothing is filtered; absent when nothing is. */
  clear?: string;
};

/** The search field and menus above the list, as the URL says they are. */
export function filterView(questions: Field[], { query, params }: ListState, href: string): FilterView {
  const { filter } = query;
  const chosen = Object.keys(filter.answers).length;
  return {
    action: href,
    search: fieldView({
      name: 'q',
      type: 'search',
      label: t('organise:filter.search'),
      value: filter.search,
    }),
    since: fieldView({
      name: 'since',
      type: 'datetime-local',
      label: t('organise:filter.since'),
      value: filter.since,
    }),
    selects: [
      menu('state', t('organise:filter.state'), filter.state, states, (one) => t(`organise:states.${one}`)),
      menu('door', t('organise:columns.door'), filter.door, doors, (one) => t(`organise:doors.${one}`)),
      menu('proved', t('organise:filter.proved'), filter.proved, ['no'], () =>
        t('organise:filter.proved_no'),
      ),
    ],
    answers: {
      selects: filterQuestions(questions).map((one) => answerMenu(one, filter.answers[one.name])),
      open: chosen > 0,
      text:
        chosen > 0 ? t('organise:filter.answers_chosen', { count: chosen }) : t('organise:filter.answers'),
    },
    hidden: ['sort', 'dir'].flatMap((name) => (params[name] ? [{ name, value: params[name] }] : [])),
    clear: Object.keys(params).some((name) => name !== 'sort' && name !== 'dir') ? href : undefined,
  };
}

function answerMenu(field: Field, value: string | undefined): FieldView {
  const word = (one: string) => (field.kind === 'yesno' ? t(`site:${one}`) : one);
  return menu(`answer.${field.name}`, field.label, value, filterOptions(field), word);
}

const menu = (
  name: string,
  label: string,
  value: string | undefined,
  values: readonly string[],
  word: (value: string) => string,
): FieldView =>
  fieldView({
    name,
    label,
    control: 'select',
    value: value ?? '',
    options: [
      { value: '', label: t('organise:filter.any') },
      ...values.map((one) => ({ value: one, label: word(one) })),
    ],
  });
