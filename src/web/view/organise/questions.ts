import { longest, questionKinds } from '../../../services/events/questions.ts';
import { limits } from '../../../shared/form.ts';
import type { Issue } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import type { QuestionRow } from '../../organise/event-body.ts';
import { type FieldView, fieldView } from '../form.ts';

/** A row of the question editor. `fields` has all its controls, for the summary of what is wrong. */
export type QuestionView = {
  n: number;
  id: string;
  /** `Question 2: Diet`. */
  legend: string;
  name: { name: string; value: string };
  label: FieldView;
  kind: FieldView;
  options: FieldView;
  help: FieldView;
  required: FieldView;
  public: FieldView;
  fields: FieldView[];
  up?: { value: string; label: string };
  down?: { value: string; label: string };
  remove: { value: string; label: string };
};

export const questionRows = (rows: QuestionRow[], issues: Issue[]): QuestionView[] =>
  rows.map((row, n) => questionView(row, n, rows.length, issues));

function questionView(row: QuestionRow, n: number, count: number, issues: Issue[]): QuestionView {
  const part = (name: keyof QuestionRow, more: Partial<Parameters<typeof fieldView>[0]> = {}) =>
    fieldView({
      name: `questions.${n}.${name}`,
      label: t(`organise:questions.${name}`),
      value: row[name],
      issues,
      ...more,
    });
  const kinds = questionKinds.map((kind) => ({ value: kind, label: t(`organise:questions.kinds.${kind}`) }));
  const label = part('label', { required: true, maxlength: longest.label });
  const options = part('options', {
    control: 'textarea',
    rows: 4,
    maxlength: longest.options,
    help: t('organise:questions.options_help'),
  });
  const said = row.label.trim() || t('organise:questions.unnamed');
  const button = (verb: string) => ({
    value: `${verb}.${n}`,
    label: t(`organise:questions.${verb}`, { question: said }),
  });
  return {
    n,
    id: `question-${n}`,
    legend: t('organise:questions.legend', { n: n + 1 }),
    name: { name: `questions.${n}.name`, value: row.name },
    label,
    kind: part('kind', { control: 'select', options: kinds, required: true }),
    options,
    help: part('help', { maxlength: longest.help }),
    required: part('required', { control: 'checkbox' }),
    public: part('public', { control: 'checkbox' }),
    fields: [label, options],
    up: n > 0 ? button('up') : undefined,
    down: n < count - 1 ? button('down') : undefined,
    remove: button('remove'),
  };
}

export const mostQuestions = limits.questions;
