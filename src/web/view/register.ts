import type { EventWithSeries } from '../../services/events/queries.ts';
import { placeState } from '../../services/events/rules.ts';
import type { Refusal } from '../../shared/result.ts';
import { when } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors, questionView } from './form.ts';

export type RegisterPage = {
  event: { name: string; href: string; when: string; venue: string };
  action: string;
  heading: string;
  waiting?: string;
  errors?: FormErrors;
  base: FieldView[];
  questions: FieldView[];
  listed: FieldView;
  nonce: string;
  submit: string;
};

type Given = {
  event: EventWithSeries;
  /** What was typed, or what is known of the person. */
  typed: Record<string, unknown>;
  nonce: string;
  refusal?: Refusal;
};

/** The form to register with: name, e-mail, the event's own questions, the public list. */
export function registerPage({ event, typed, nonce, refusal }: Given): RegisterPage {
  const issues = refusal?.issues ?? [];
  const waits = placeState(event).kind === 'waiting_list';
  const base = [
    fieldView({
      name: 'name',
      value: typed.name,
      issues,
      required: true,
      autocomplete: 'name',
      maxlength: 200,
    }),
    fieldView({
      name: 'email',
      type: 'email',
      value: typed.email,
      issues,
      required: true,
      autocomplete: 'email',
      help: t('site:register.email_help'),
      maxlength: 254,
    }),
  ];
  const questions = event.questions.map((field) =>
    questionView(
      field.audience === 'public' ? { ...field, help: publicHelp(field.help) } : field,
      typed[field.name],
      issues,
    ),
  );
  return {
    event: {
      name: event.name,
      href: `/events/${event.slug}`,
      when: when(event.startsAt, event.endsAt, event.zone),
      venue: event.venueName,
    },
    action: `/events/${event.slug}/register`,
    heading: t(waits ? 'site:register.heading_waiting' : 'site:register.heading'),
    waiting: waits ? t('site:register.waiting') : undefined,
    errors: formErrors(refusal, [...base, ...questions]),
    base,
    questions,
    listed: fieldView({
      name: 'listed',
      control: 'checkbox',
      value: typed.listed,
      help: t('site:register.listed_help'),
    }),
    nonce,
    submit: t(waits ? 'site:register.submit_waiting' : 'site:register.submit'),
  };
}

const publicHelp = (help?: string) => [help, t('site:register.public')].filter(Boolean).join(' ');
