import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from './form.ts';

export type SignInPage = { email: FieldView; next: string; errors?: FormErrors };

/** The form that asks for an address to mail a link to. */
export function signInPage(given: { email: string; next: string; refusal?: Refusal }): SignInPage {
  const email = fieldView({
    name: 'email',
    type: 'email',
    value: given.email,
    issues: given.refusal?.issues ?? [],
    required: true,
    autocomplete: 'email',
    maxlength: 254,
    help: t('site:sign_in.help'),
  });
  return { email, next: given.next, errors: formErrors(given.refusal, [email]) };
}
