import type { EventWithSeries } from '../../../services/events/queries.ts';
import { t } from '../../../words/words.ts';
import { type EventForm, eventForm, type QuestionRow } from '../../organise/event-body.ts';

export type Difference = { label: string; theirs: string; yours: string };

const compared = [
  'name',
  'kind',
  'series',
  'summary',
  'description',
  'startsAt',
  'endsAt',
  'zone',
  'venueName',
  'venueAddress',
  'venueUrl',
  'cost',
  'deposit',
  'opensAt',
  'closesAt',
  'quiet',
  'partyMost',
  'line',
  'offerHours',
  'proveHours',
  'reconfirmHours',
  'menu',
  'sheetAt',
];

/** Where the event as it is on file and the form as it was sent say different things. */
export function differences(event: EventWithSeries, form: EventForm): Difference[] {
  const current = eventForm(event);
  const own = (text: string | undefined) => (text ?? '').replace(/\r\n?/g, '\n').trim();
  const fields = compared.map((name) => ({
    label: t(`fields:labels.${name}`),
    theirs: shown(name, own(current.typed[name])),
    yours: shown(name, own(form.typed[name])),
  }));
  const questions = {
    label: t('fields:labels.questions'),
    theirs: current.rows.map(questionText).join('\n'),
    yours: form.rows.map(questionText).join('\n'),
  };
  return [...fields, questions].filter((one) => one.theirs !== one.yours);
}

function shown(name: string, text: string): string {
  if (name === 'kind' && text) return t(`site:kinds.${text}`);
  if (name === 'quiet') return t(text ? 'site:yes' : 'site:no');
  if (name === 'line' && text) return t(`organise:form.lines.${text}`);
  return name.endsWith('At') ? text.replace('T', ' ') : text;
}

const questionText = (row: QuestionRow) =>
  [
    `${row.label} (${t(`organise:questions.kinds.${row.kind || 'text'}`)})`,
    row.options.replace(/\r\n?/g, '\n').split('\n').filter(Boolean).join(', '),
    row.help,
    row.required && t('organise:questions.required'),
    row.public && t('organise:questions.public'),
  ]
    .filter(Boolean)
    .join(' · ');
