import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type EventWithSeries, organisedEvent } from '../../services/events/queries.ts';
import { organises, organisesSite } from '../../services/organising/rules.ts';
import { t } from '../../words/words.ts';
import { errorPage, refusePage, signedIn } from '../http.ts';

declare global {
  namespace Express {
    interface Request {
      /** Of the organisers' pages below `/organise/events/:slug`. */
      event: EventWithSeries;
    }
  }
}

/**
 * Who may come in: whoever has any role, organisers of the whole site, those who may see an event's attendees, those who
 * may change the event. The last two are asked of the event that `:slug` names, which the handler finds at `req.event`.
 */
export type Right = 'any' | 'site' | 'see' | 'manage';

type Method = 'get' | 'post';
export type Guarded = Record<Method, (path: string, right: Right, ...handlers: RequestHandler[]) => void> & {
  router: Router;
};

/** A router on which no route can be without a right. The commands ask again: this only answers sooner, and kindly. */
export function guarded(): Guarded {
  const router = Router();
  const add =
    (method: Method) =>
    (path: string, right: Right, ...handlers: RequestHandler[]) =>
      router[method](path, privatePage, signedIn, allow(right), ...handlers);
  return { router, get: add('get'), post: add('post') };
}

/** Attendees' data: kept by no cache; other sites learn no address. Ours do, as browsers then say where a form came from. */
const privatePage: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store').set('Referrer-Policy', 'same-origin').set('X-Robots-Tag', 'noindex');
  next();
};

const allow =
  (right: Right): RequestHandler =>
  async (req, res, next) => {
    const { actor } = req.ctx;
    if (!organises(actor)) return noRole(req, res);
    if (right === 'any') return next();
    if (right === 'site') return organisesSite(actor) ? next() : siteOnly(res);
    const found = await organisedEvent(req.ctx, String(req.params.slug), right);
    if (!found.ok) return refusePage(res, found.refusal);
    req.event = found.value;
    next();
  };

const noRole = (req: Request, res: Response) =>
  errorPage(res, 403, t('organise:errors.no_role', { email: req.person?.email }));

const siteOnly = (res: Response) => errorPage(res, 403, t('organise:errors.site_only'));
