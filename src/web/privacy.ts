import { type Request, type Response, Router } from 'express';
import { mailMyData } from '../services/privacy/commands.ts';
import { forgetMe } from '../services/registrations/forgetting.ts';
import { t } from '../words/words.ts';
import { refusePage, secretPage, signedIn, statusOf, typed } from './http.ts';
import { signOut } from './session.ts';
import { fieldView, formErrors } from './view/form.ts';

/** Where one is when one has been forgotten. */
export const forgottenUrl = '/?said=forgotten';

/** What the signed-in person may ask of the site: a copy of all that is on file, and to be forgotten. */
export function privacy(): Router {
  const router = Router();
  router.use(['/me/data', '/me/forget'], secretPage, signedIn);
  router.post('/me/data', async (req, res) => {
    const result = await mailMyData(req.ctx);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, '/me?said=data_mailed');
  });

  router.get('/me/forget', (req, res) => showForget(req, res));
  router.post('/me/forget', async (req, res) => {
    // As a door's own question, like the button behind a button: what is typed in full is not pressed by mistake.
    if (typed(req, 'email').trim().toLowerCase() !== req.person!.email) {
      res.status(statusOf.invalid);
      return showForget(req, res, typed(req, 'email'));
    }
    const result = await forgetMe(req.ctx);
    if (!result.ok) return refusePage(res, result.refusal);
    await signOut(req, res);
    res.redirect(303, forgottenUrl);
  });
  return router;
}

function showForget(req: Request, res: Response, wrong?: string) {
  const { email } = req.person!;
  const issues = wrong === undefined ? [] : [{ field: 'email', code: 'not_own_email', data: { email } }];
  const field = fieldView({
    name: 'email',
    type: 'email',
    label: t('privacy:page.forget_email'),
    value: wrong ?? '',
    autocomplete: 'off',
    issues,
    required: true,
  });
  const errors = formErrors(issues.length > 0 ? { kind: 'invalid', code: 'invalid', issues } : undefined, [
    field,
  ]);
  res.page(
    'me/forget',
    { errors, field },
    { title: t('privacy:page.forget'), section: 'me', robots: 'noindex' },
  );
}
