import type { Person } from '../../services/people/queries.ts';
import { noticeSorts } from '../../services/people/rules.ts';
import type { Issue } from '../../shared/result.ts';
import { languages, ownName, t } from '../../words/words.ts';
import { bodyOf, type PreferencesBody } from '../preferences-body.ts';
import { type FieldView, fieldView } from './form.ts';

export type PreferencesView = {
  tell: FieldView;
  language: FieldView;
  from: FieldView;
  to: FieldView;
  zone: FieldView;
  remind: FieldView;
};

/** What the bot tells somebody, and when: a form with what was typed, or with what is set. */
export function preferencesView(
  person: Person,
  typed?: PreferencesBody,
  issues: Issue[] = [],
): PreferencesView {
  const values = typed ?? bodyOf(person);
  // Both halves of the hours are one field to the command.
  const named = issues.map((one) => (one.field === 'quiet' ? { ...one, field: 'from' } : one));
  const field = (name: keyof PreferencesBody, more: object) =>
    fieldView({ name, label: t(`notices:page.${name}`), value: values[name], issues: named, ...more });
  return {
    tell: field('tell', {
      control: 'checkboxes',
      options: noticeSorts.map((value) => ({ value, label: sentence(t(`notices:sorts.${value}`)) })),
    }),
    language: field('language', {
      control: 'select',
      options: languages.map((value) => ({ value, label: ownName(value) })),
    }),
    from: field('from', { type: 'time' }),
    to: field('to', { type: 'time' }),
    zone: field('zone', {
      control: 'select',
      options: zones(values.zone),
      help: t('notices:page.zone_help'),
    }),
    remind: field('remind', { inputmode: 'numeric', maxlength: 3, help: t('notices:page.remind_help') }),
  };
}

const sentence = (text: string) => text.replace(/^\p{L}/u, (letter) => letter.toUpperCase());

/** All of them: a browser goes to one by typing its first letters. */
function zones(chosen: string): { value: string; label: string }[] {
  const all = Intl.supportedValuesOf('timeZone');
  const known = chosen && !all.includes(chosen) ? [chosen, ...all] : all;
  return known.map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
