import type { Issue } from '../../../shared/result.ts';
import { clock, instantOf, shortDay, wallOf, zoned } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { foldOf, insteadOf } from '../../organise/event-body.ts';
import { type FieldView, fieldView } from '../form.ts';

/**
 * Dates and times beside each other. Below them, where the clocks change, stands a choice: which of two, for a time that
 * happens twice; the one before or the one after, for a time that is skipped.
 */
export function momentRows(
  names: string[],
  typed: Record<string, string>,
  issues: Issue[],
  required: boolean,
): { fields: FieldView[] }[] {
  const field = (name: string) =>
    fieldView({
      name,
      type: 'datetime-local',
      value: typed[name],
      issues,
      required,
      help: name === 'sheetAt' ? t('organise:form.help.sheetAt') : undefined,
    });
  const choices = names.flatMap((name) => choiceOf(name, typed) ?? []);
  return [{ fields: names.map(field) }, ...choices.map((choice) => ({ fields: [choice] }))];
}

function choiceOf(name: string, typed: Record<string, string>): FieldView | undefined {
  const zone = typed.zone ?? '';
  const read = instantOf(typed[name] ?? '', zone);
  if (!('options' in read)) return undefined;
  return read.code === 'time_twice'
    ? whichOf(name, typed, read.options, zone)
    : otherThan(name, read.options, zone);
}

type Options = [Date, Date];

function whichOf(name: string, typed: Record<string, string>, options: Options, zone: string): FieldView {
  const label = (key: string, at: Date) =>
    t(`organise:form.${key}`, { clock: clock(at, zone), offset: zoned(at, zone).offset });
  return fieldView({
    name: foldOf(name),
    control: 'radios',
    label: t('organise:form.which', { label: t(`fields:labels.${name}`) }),
    required: true,
    value: typed[foldOf(name)],
    options: [
      { value: 'earlier', label: label('the_first', options[0]) },
      { value: 'later', label: label('the_second', options[1]) },
    ],
  });
}

function otherThan(name: string, options: Options, zone: string): FieldView {
  return fieldView({
    name: insteadOf(name),
    control: 'radios',
    label: t('organise:form.instead', { label: t(`fields:labels.${name}`) }),
    required: true,
    options: options.map((at) => ({
      value: wallOf(at, zone),
      label: `${shortDay(at, zone)}, ${clock(at, zone)}`,
    })),
  });
}
