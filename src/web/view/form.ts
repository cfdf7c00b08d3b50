import type { Field } from '../../shared/form.ts';
import type { Issue, Refusal } from '../../shared/result.ts';
import { issueText, refusalText } from '../../words/sentences.ts';
import { t } from '../../words/words.ts';

export type FieldView = {
  id: string;
  name: string;
  /** Which control: `views/partials/field.ejs` has one for each. */
  control: 'input' | 'textarea' | 'select' | 'radios' | 'checkboxes' | 'checkbox' | 'file';
  /** Of an input. */
  type?: 'text' | 'email' | 'number' | 'datetime-local' | 'time' | 'url' | 'search';
  label: string;
  help?: string;
  required: boolean;
  value: string;
  options: { id: string; value: string; label: string; checked: boolean }[];
  error?: string;
  /** Ids of help and error, for aria-describedby. */
  describedBy?: string;
  autocomplete?: string;
  inputmode?: string;
  maxlength?: number;
  rows?: number;
  list?: string;
  placeholder?: string;
  accept?: string;
};

type Given = Partial<Omit<FieldView, 'options' | 'value' | 'error' | 'describedBy'>> & {
  name: string;
  value?: unknown;
  options?: { value: string; label: string }[];
  issues?: Issue[];
};

/** A control with what was typed into it and what is wrong with it. */
export function fieldView(given: Given): FieldView {
  const { issues, options = [], value, ...rest } = given;
  const id = given.id ?? `f-${given.name.replace(/[^\w]+/g, '-')}`;
  const chosen = new Set(Array.isArray(value) ? value.map(String) : [text(value)]);
  const issue = issues?.find((one) => one.field === given.name);
  const view = {
    control: 'input' as const,
    type: 'text' as const,
    label: given.label ?? t(`fields:labels.${given.name}`),
    required: false,
    ...rest,
    id,
    value: text(value),
    options: options.map((one, n) => ({ ...one, id: `${id}-${n + 1}`, checked: chosen.has(one.value) })),
    error: issue && issueText(t, { ...issue, data: { label: given.label ?? '', ...issue.data } }),
  };
  const describedBy = [view.help && `${id}-help`, view.error && `${id}-error`].filter(Boolean).join(' ');
  return { ...view, describedBy: describedBy || undefined };
}

/** A question of an event (or any field as data) as a control; `prefix` keeps its name apart from the form's own. */
export function questionView(field: Field, value: unknown, issues: Issue[], prefix = ''): FieldView {
  const options = (field.options ?? []).map((one) => ({ value: one, label: one }));
  const view = fieldView({
    ...controls[field.kind](field),
    name: field.name,
    label: field.label,
    help: field.help,
    required: field.required ?? false,
    value,
    options: field.kind === 'yesno' ? yesNo() : options,
    issues,
    id: `f-${prefix}${field.name}`,
  });
  return { ...view, name: prefix + field.name };
}

const controls: Record<
  Field['kind'],
  (field: Field) => Pick<Given, 'control' | 'type' | 'rows' | 'maxlength' | 'inputmode'>
> = {
  text: () => ({ control: 'input', maxlength: 200 }),
  long: () => ({ control: 'textarea', rows: 4, maxlength: 4000 }),
  // A long list is quicker to use as a menu; a short one shows everything at once.
  choice: (field) => ({ control: (field.options?.length ?? 0) > 7 ? 'select' : 'radios' }),
  several: () => ({ control: 'checkboxes' }),
  yesno: () => ({ control: 'radios' }),
  // Not type=number: that drops what it does not understand, and nobody sees what they typed.
  number: () => ({ control: 'input', inputmode: 'decimal' }),
  email: () => ({ control: 'input', type: 'email' }),
};

const yesNo = () => [
  { value: 'yes', label: t('site:yes') },
  { value: 'no', label: t('site:no') },
];

/** What stands above a refused form: the sentence, and a link to each bad field. */
export type FormErrors = { text: string; links: { href: string; text: string }[] };

export function formErrors(refusal: Refusal | undefined, fields: FieldView[]): FormErrors | undefined {
  if (!refusal) return undefined;
  const links = fields
    .filter((one) => one.error)
    .map((one) => ({ href: `#${firstControl(one)}`, text: one.error! }));
  const elsewhere = (refusal.issues ?? []).filter(
    (issue) => !fields.some((one) => one.name.endsWith(issue.field)),
  );
  return {
    text: refusalText(
      t,
      refusal.issues?.length === 1 ? { ...refusal, issues: undefined, code: 'invalid_one' } : refusal,
    ),
    links: [...links, ...elsewhere.map((issue) => ({ href: '', text: issueText(t, issue) }))],
  };
}

const firstControl = (field: FieldView): string =>
  field.options[0] && field.control !== 'select' ? field.options[0].id : field.id;

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? String(value)
      : typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : '';
