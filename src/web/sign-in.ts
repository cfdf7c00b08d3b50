import { Router } from 'express';
import { heldMails } from '../jobs/held.ts';
import { consumeSignIn, peekSignIn, requestSignIn } from '../services/people/commands.ts';
import { localPath } from '../services/people/rules.ts';
import { t } from '../words/words.ts';
import { refused, refusePage, type Site, secretPage, typed } from './http.ts';
import { signIn as open, signOut } from './session.ts';
import { signInPage } from './view/sign-in.ts';

/** Signing in by a mailed link, without a password; signing out. A GET of the link shows a button: mail scanners open links. */
export function signIn(_site: Site): Router {
  const router = Router();
  router.use('/sign-in', secretPage);
  router.get('/sign-in', (req, res) => {
    if (req.person) return res.redirect(303, localPath(req.query.next));
    res.page(
      'sign-in/ask',
      signInPage({ email: '', next: localPath(req.query.next) }),
      frame('site:sign_in.title'),
    );
  });

  router.post('/sign-in', async (req, res) => {
    const given = { email: typed(req, 'email'), next: localPath(req.body?.next) };
    const result = await requestSignIn(req.ctx, given);
    if (result.ok) {
      const held = (await heldMails(req.ctx)) ? t('site:sign_in.held') : undefined;
      return res.page('sign-in/sent', { email: given.email, held }, frame('site:sign_in.sent_title'));
    }
    refused(res, result.refusal);
    res.page('sign-in/ask', signInPage({ ...given, refusal: result.refusal }), frame('site:sign_in.title'));
  });

  router.get('/sign-in/:token', async (req, res) => {
    const result = await peekSignIn(req.ctx, req.params.token);
    if (!result.ok) return refusePage(res, result.refusal);
    res.page('sign-in/link', { email: result.value.email, action: req.path }, frame('site:sign_in.title'));
  });

  router.post('/sign-in/:token', async (req, res) => {
    const result = await consumeSignIn(req.ctx, req.params.token);
    if (!result.ok) return refusePage(res, result.refusal);
    await open(req, result.value.personId);
    res.redirect(303, result.value.next);
  });

  router.post('/sign-out', async (req, res) => {
    await signOut(req, res);
    res.redirect(303, '/?said=signed_out');
  });
  return router;
}

const frame = (title: string) => ({ title: t(title), section: 'me' as const, robots: 'noindex' });
