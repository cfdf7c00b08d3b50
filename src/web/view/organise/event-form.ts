import { eventKinds } from '../../../services/events/input.ts';
import { longestMenu } from '../../../services/events/menu.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { Issue, Refusal } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import { type EventForm, seen } from '../../organise/event-body.ts';
import { coverUrl } from '../events.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import type { Desk } from './desk.ts';
import { type Difference, differences } from './event-differences.ts';
import { momentRows } from './moment.ts';
import { type QuestionView, questionRows } from './questions.ts';

/** A field, or several that stand beside each other. */
export type FormRow = { fields: FieldView[] };

export type EventFormPage = {
  desk?: Desk;
  heading: string;
  lead?: string;
  action: string;
  errors?: FormErrors;
  differences: Difference[];
  hidden: { name: string; value: string }[];
  sections: { id: string; title: string; help?: string; rows: FormRow[] }[];
  questions: QuestionView[];
  /** Shown when questions that have been answered are about to go. */
  drop?: FieldView;
  image: { field: FieldView; shown?: string; kept: string; remove?: FieldView };
  zones: string[];
  series: string[];
  submit: string;
  cancel: string;
};

type Given = {
  desk?: Desk;
  /** Absent: the form makes a new one. */
  event?: EventWithSeries;
  form: EventForm;
  refusal?: Refusal;
  series: string[];
};

/** The form of an event, new or not, with whatever was typed and what is wrong with it. */
export function eventFormPage({ desk, event, form, refusal, series }: Given): EventFormPage {
  const { typed, rows } = form;
  const issues = refusal?.issues ?? [];
  const sections = sectionsOf(typed, issues, event, refusal?.code === 'choices_lost');
  const questions = questionRows(rows, issues);
  const image = imageOf(typed, issues, event);
  const fields = [
    ...sections.flatMap((section) => section.rows.flatMap((row) => row.fields)),
    ...questions.flatMap((question) => question.fields),
    image.field,
  ];
  return {
    desk,
    heading: t(event ? 'organise:form.edit' : 'organise:form.new'),
    lead: event ? undefined : t('organise:form.new_lead'),
    action: event ? `${desk!.href}/edit` : '/organise/events/new',
    errors: formErrors(refusal, fields),
    differences: event && refusal?.code === 'changed_meanwhile' ? differences(event, form) : [],
    hidden: seen.map((name) => ({
      name,
      value: typed[name] ?? '',
    })),
    sections,
    questions,
    drop: refusal?.code === 'answers_lost' ? dropField() : undefined,
    image,
    zones: Intl.supportedValuesOf('timeZone'),
    series,
    submit: t(event ? 'organise:form.save' : 'organise:form.save_new'),
    cancel: desk?.href ?? '/organise',
  };
}

type Typed = EventForm['typed'];

function sectionsOf(
  typed: Typed,
  issues: Issue[],
  event?: EventWithSeries,
  dropsChoices = false,
): EventFormPage['sections'] {
  const field = (name: string, more: Partial<Parameters<typeof fieldView>[0]> = {}) =>
    fieldView({ name, value: typed[name], issues, help: helpOf(name), ...more });
  const moments = (required: boolean, ...names: string[]) => momentRows(names, typed, issues, required);
  const kinds = eventKinds.map((kind) => ({ value: kind, label: t(`site:kinds.${kind}`) }));
  const slug = event?.publishedAt
    ? []
    : [{ fields: [field('slug', { maxlength: 60, placeholder: t('organise:form.slug_placeholder') })] }];
  return [
    section('what', [
      { fields: [field('name', { required: true, maxlength: 120 })] },
      { fields: [field('kind', { control: 'radios', options: kinds, required: true })] },
      { fields: [field('summary', { maxlength: 300 })] },
      { fields: [field('description', { control: 'textarea', rows: 9, maxlength: 20_000 })] },
      { fields: [field('series', { list: 'series-known', maxlength: 120 })] },
      ...slug,
    ]),
    section('when', [
      ...moments(true, 'startsAt', 'endsAt'),
      { fields: [field('zone', { required: true, list: 'zones' })] },
    ]),
    section('where', [
      {
        fields: [field('venueName', { maxlength: 200 }), field('venueUrl', { type: 'url', maxlength: 1000 })],
      },
      { fields: [field('venueAddress', { maxlength: 500 })] },
    ]),
    section('places', [
      { fields: [field('capacity', { inputmode: 'numeric', maxlength: 6 })] },
      { fields: [field('partyMost', { inputmode: 'numeric', maxlength: 2 })] },
      { fields: [field('waitingList', { control: 'checkbox' })] },
      { fields: [field('quiet', { control: 'checkbox' })] },
      { fields: [field('line', { control: 'radios', options: lines() })] },
      { fields: [field('offerHours', { inputmode: 'numeric', maxlength: 3 }), field('reconfirmHours')] },
      { fields: [field('proveHours', { inputmode: 'numeric', maxlength: 3 })] },
      ...moments(false, 'opensAt', 'closesAt'),
      { fields: [field('cost', { maxlength: 200 }), field('deposit', { maxlength: 200 })] },
    ]),
    section('dinner', [
      { fields: [field('menu', { control: 'textarea', rows: 8, maxlength: longestMenu })] },
      ...(dropsChoices ? [{ fields: [dropChoices()] }] : []),
      ...moments(false, 'sheetAt'),
    ]),
  ];
}

const section = (id: string, rows: FormRow[]) => ({ id, title: t(`organise:form.sections.${id}`), rows });

/** Fields that need a word more than their label. */
const helped = [
  'summary',
  'description',
  'series',
  'slug',
  'zone',
  'venueUrl',
  'capacity',
  'waitingList',
  'quiet',
  'partyMost',
  'line',
  'offerHours',
  'proveHours',
  'reconfirmHours',
  'menu',
  'sheetAt',
  'cost',
  'deposit',
];
const helpOf = (name: string) => (helped.includes(name) ? t(`organise:form.help.${name}`) : undefined);

const dropChoices = () =>
  fieldView({ name: 'dropChoices', control: 'checkbox', label: t('organise:form.drop_choices') });

const lines = () =>
  (['automatic', 'offer'] as const).map((value) => ({ value, label: t(`organise:form.lines.${value}`) }));

const dropField = () =>
  fieldView({ name: 'dropAnswers', control: 'checkbox', label: t('organise:form.drop') });

function imageOf(typed: Typed, issues: Issue[], event?: EventWithSeries): EventFormPage['image'] {
  const kept = typed.imageId ?? '';
  const removed = typed.removeImage === 'yes';
  const shown = kept ? `/images/${kept}` : event && coverUrl({ ...event, imageId: null });
  return {
    field: fieldView({
      name: 'image',
      control: 'file',
      issues,
      accept: 'image/png,image/jpeg,image/webp',
      help: t('organise:form.help.image'),
    }),
    shown,
    kept,
    remove: kept
      ? fieldView({
          name: 'removeImage',
          control: 'checkbox',
          label: t('organise:form.remove_image'),
          value: removed ? 'yes' : '',
        })
      : undefined,
  };
}
