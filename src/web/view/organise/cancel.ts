import type { Refusal } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import type { Desk } from './desk.ts';

export type CancelPage = {
  desk: Desk;
  /** How many are told. */
  told: string;
  action: string;
  message: FieldView;
  errors?: FormErrors;
};

/** Asks once more before an event is cancelled, with room for a message to everyone. */
export function cancelPage(desk: Desk, registered: number, typed: string, refusal?: Refusal): CancelPage {
  const message = fieldView({
    name: 'message',
    control: 'textarea',
    rows: 5,
    maxlength: 4000,
    value: typed,
    issues: refusal?.issues,
    help: t('organise:cancel.message_help'),
  });
  return {
    desk,
    told: t('organise:cancel.told', { count: registered }),
    action: `${desk.href}/cancel`,
    message,
    errors: formErrors(refusal, [message]),
  };
}
