import type { EventWithSeries } from '../../../services/events/queries.ts';
import { placeState } from '../../../services/events/rules.ts';
import { mostParty } from '../../../services/registrations/rules.ts';
import type { Portions } from '../../../shared/menu.ts';
import type { Refusal } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import type { MemberRow } from '../../party-body.ts';
import { type FieldView, type FormErrors, fieldView, formErrors, questionView } from '../form.ts';
import { type PartyForm, partyForm } from '../party.ts';
import type { Desk } from './desk.ts';

export type AddPage = {
  desk: Desk;
  action: string;
  errors?: FormErrors;
  base: FieldView[];
  questions: FieldView[];
  party?: PartyForm;
  /** Offered where no place is free. */
  beyond?: FieldView;
  nonce: string;
};

/** The form with which an organiser adds somebody; no answer is required of them. */
export function addPage(
  desk: Desk,
  event: EventWithSeries,
  given: Record<string, unknown>,
  nonce: string,
  { rows, portions, refusal }: { rows: MemberRow[]; portions: Portions; refusal?: Refusal },
): AddPage {
  const issues = refusal?.issues ?? [];
  const base = [
    fieldView({
      name: 'name',
      value: given.name,
      issues,
      required: true,
      maxlength: 200,
      autocomplete: 'off',
    }),
    fieldView({
      name: 'email',
      type: 'email',
      value: given.email,
      issues,
      required: true,
      maxlength: 254,
      autocomplete: 'off',
      help: t('organise:add.email_help'),
    }),
  ];
  const questions = event.questions.map((one) =>
    questionView({ ...one, required: false }, given[one.name], issues),
  );
  // Organisers are not bound by the event's largest party.
  const party = partyForm({
    event: { ...event, partyMost: mostParty },
    ...{ rows, near: given.near, issues, portions },
  });
  const free = ['unlimited', 'free'].includes(placeState(event).kind);
  return {
    desk,
    action: `${desk.href}/attendees/new`,
    errors: formErrors(refusal, [...base, ...(party?.fields ?? []), ...questions]),
    base,
    questions,
    party,
    beyond: free
      ? undefined
      : fieldView({
          name: 'beyond',
          control: 'checkbox',
          label: t('organise:add.beyond'),
          help: t('organise:add.beyond_help'),
          value: given.beyond,
        }),
    nonce,
  };
}
