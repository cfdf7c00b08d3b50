// Data forms (XEP-0004): what the bot asks, as a form; and a form that was filled in, as an answer.

import type { Asked, AskedField, Choice, Filled } from '../../../src/shared/chat.ts';
import { el, ns } from './stanza.ts';
import type { Stanza } from './types.ts';

/** The hidden field that names what is asked: a form that comes twice, or late, answers nothing else. */
const askedField = 'turnout#asked';
const chosenField = 'turnout#next';

/** `type='form'`: one of the questions, or with no field at all what a yes is asked for. */
export const formOf = (title: string, { name, note, fields }: Asked): Stanza =>
  el(
    'x',
    { xmlns: ns.data, type: 'form' },
    el('title', {}, title),
    ...above(note),
    el('field', { type: 'hidden', var: askedField }, el('value', {}, name)),
    ...fields.map((field) => fieldOf(field, note)),
  );

/** A list that the bot has shown, to go on with one of its lines, or not. */
export const choicesForm = (title: string, text: string, label: string, choices: Choice[]): Stanza =>
  el(
    'x',
    { xmlns: ns.data, type: 'form' },
    el('title', {}, title),
    ...above(text),
    el('field', { type: 'list-single', var: chosenField, label }, ...choices.map(optionOf)),
  );

/** What was chosen of such a list: '' for nothing; undefined where the form is none. */
export const chosenIn = (form: Stanza | undefined): string | undefined => {
  const field = form?.getChildren('field').find(({ attrs }) => attrs.var === chosenField);
  return field && (field.getChild('value')?.getText() ?? '');
};

/**
 * What stands above the fields. Instructions have no line breaks (XEP-0004, 3), and there are clients that show only the first of them: what
 * has more lines goes on in fixed fields, which have one value each (3.2).
 */
function above(text: string): Stanza[] {
  const [first = '', ...rest] = text.split('\n');
  const lines = rest.filter((line) => line.trim());
  return [
    el('instructions', {}, first),
    ...lines.map((line) => el('field', { type: 'fixed' }, el('value', {}, line))),
  ];
}

const optionOf = ({ label, value }: Choice) => el('option', { label }, el('value', {}, value));

function fieldOf(field: AskedField, note: string): Stanza {
  const { kind, label, prompt, problem, required, options = [], value } = field;
  const desc = [problem, prompt === label || prompt === note ? '' : prompt].filter(Boolean).join('\n');
  return el(
    'field',
    { type: typeOf(field), var: field.name, label },
    desc && el('desc', {}, desc),
    required && el('required'),
    value !== undefined && el('value', {}, kind === 'yesno' ? booleanOf(field, value) : value),
    // Boxes are ticked or not; what may also be left open is a list.
    ...(kind === 'yesno' && required ? [] : options).map(optionOf),
    kind === 'number' && el('validate', { xmlns: ns.validate, datatype: 'xs:decimal' }, el('basic')),
  );
}

function typeOf({ kind, required }: AskedField): string {
  switch (kind) {
    case 'text':
    case 'email':
    case 'number':
      return 'text-single';
    case 'long':
      return 'text-multi';
    case 'choice':
      return 'list-single';
    case 'several':
      return 'list-multi';
    case 'yesno':
      return required ? 'boolean' : 'list-single';
    default:
      return kind satisfies never;
  }
}

const booleanOf = ({ required }: AskedField, value: string): string =>
  required ? String(/^(yes|true|1)$/.test(value)) : value;

/** A form that came back; `cancel`led or without any, it holds nothing. */
export function filledOf(form: Stanza | undefined): Filled {
  if (form?.attrs.type !== 'submit') return {};
  const fields = form.getChildren('field').map((field) => {
    const texts = field.getChildren('value').map((value) => value.getText());
    return [field.attrs.var ?? '', texts] as const;
  });
  const { [askedField]: asked, ...values } = Object.fromEntries(fields);
  return { asked: asked?.[0], values };
}
