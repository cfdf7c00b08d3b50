import { type Response, Router } from 'express';
import type { Person } from '../services/people/queries.ts';
import { peekUnsubscribe, setNotifyByToken } from '../services/people/unsubscribing.ts';
import type { Result } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { refusePage, type Site, secretPage } from './http.ts';
import { unsubscribePage } from './view/unsubscribe.ts';

/**
 * `/unsubscribe/:token`: ends mails that can be ended. A GET shows a button, as mail scanners open links; the POST comes
 * from that button, or from a mail program without any page (RFC 8058), which takes no redirect for an answer.
 */
export function unsubscribe(_site: Site): Router {
  const router = Router();
  router.use('/unsubscribe/:token', secretPage);
  router.get('/unsubscribe/:token', async (req, res) => {
    show(res, req.params.token, await peekUnsubscribe(req.ctx, req.params.token));
  });
  router.post('/unsubscribe/:token', async (req, res) => {
    show(res, req.params.token, await setNotifyByToken(req.ctx, req.params.token, false));
  });
  router.post('/unsubscribe/:token/undo', async (req, res) => {
    show(res, req.params.token, await setNotifyByToken(req.ctx, req.params.token, true));
  });
  return router;
}

function show(res: Response, token: string, found: Result<Person>) {
  if (!found.ok) return refusePage(res, found.refusal);
  res.page('unsubscribe/mails', unsubscribePage(found.value, `/unsubscribe/${token}`), {
    title: t('mail:unsubscribe.title'),
    robots: 'noindex',
  });
}
