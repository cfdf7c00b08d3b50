import type { Request, Response, Router } from 'express';
import { setStar } from '../../services/sessions/commands.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import { refusalText } from '../../words/sentences.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf, typed } from '../http.ts';
import { sessionUrl, starCount } from '../view/session-card.ts';
import { numberIn } from './find.ts';

/** The star of a session: a form that goes back to where it was pressed, or an answer in JSON for a script. */
export function starring(_site: Site, router: Router) {
  router.post('/events/:slug/sessions/:n/star', async (req, res) => {
    const { slug } = req.params;
    const number = numberIn(req);
    if (!req.person) return askToSignIn(req, res, slug, number);
    const result = await setStar(req.ctx, slug, number, typed(req, 'star') === 'on');
    if (!result.ok) return scripted(req) ? refuseJson(res, result.refusal) : refusePage(res, result.refusal);
    const { starred } = result.value;
    if (scripted(req)) res.json({ starred, count: starCount(result.value, req.ctx.actor) });
    else res.redirect(303, backTo(req, slug) ?? sessionUrl({ slug }, number));
  });
}

const scripted = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';

/** After signing in one is where one was, and presses it again. */
function askToSignIn(req: Request, res: Response, slug: string, number: number) {
  if (scripted(req)) return refuseJson(res, refuse('forbidden', 'not_signed_in').refusal);
  const back = backTo(req, slug) ?? sessionUrl({ slug }, number);
  res.redirect(303, `/sign-in?next=${encodeURIComponent(back)}`);
}

const refuseJson = (res: Response, refusal: Refusal) =>
  res.status(statusOf[refusal.kind]).json({ error: refusalText(t, refusal) });

/** Only ever to a page of the same event. */
function backTo(req: Request, slug: string): string | undefined {
  const back = typed(req, 'back');
  const [path = ''] = back.split(/[?#]/);
  const plain = /^[\w\-/]+$/.test(path) && !path.includes('//') && /^[\w\-/?=&%.+#]{1,500}$/.test(back);
  return plain && path.startsWith(`/events/${slug}/`) ? back : undefined;
}
