import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Base, Ctx } from '../context.ts';
import type { Listener } from '../db/listen.ts';
import type { Stalled } from '../jobs/stalled.ts';
import type { Person } from '../services/people/queries.ts';
import type { Converse, Reply } from '../shared/chat.ts';
import type { Refusal, RefusalKind } from '../shared/result.ts';
import { whole } from '../shared/text.ts';
import { refusalText } from '../words/sentences.ts';
import { hasWords, t } from '../words/words.ts';
import type { Kept } from './kept.ts';
import type { MostLooks } from './looks.ts';
import { type Frame, renderPage } from './render.ts';
import type { MostStreams } from './streams.ts';

/** What the web role has from its start. */
export type Site = Base & {
  listener: Listener;
  kept: Kept;
  /** The folder of mails that were not sent, and of the mailbox page; undefined when there is a mail server, or the site is public. */
  mailbox?: string;
  /** The site is public and has no mail server: nobody gets any mail. */
  noMail?: true;
  /** Answers a message of the web chat: the same bot as on every other network. */
  converse: Converse;
  /** What the bot says before anybody has said anything. */
  greeting: Reply;
  /** The keys of the bot's callback in the Imified style; absent: there is none. */
  imified?: { key: string; secret?: string };
  /** Messages that one person may send in half a minute (a gateway's: in one); absent: as many as anybody types. */
  chatPace?: number;
  /** The lanes of the queue that stand still, for /readyz; absent: nobody looks. */
  stalled?: () => Stalled[];
  /** Streams that may be open at once; absent: those of streams.ts. */
  mostStreams?: MostStreams;
  /** What looks may cost; absent: as looks.ts has it. */
  mostLooks?: MostLooks;
  /** True on the way out: /readyz says no, so that nobody sends new requests. */
  stopping: () => boolean;
};

declare global {
  namespace Express {
    interface Request {
      /** For the commands: with the signed-in person as the actor, or nobody. */
      ctx: Ctx;
      person?: Person;
    }
    interface Response {
      /** Renders `views/<view>.ejs` with its page object, then the layout around it; sends it and gives it back. */
      page(view: string, page: object, frame: PageFrame): string;
    }
  }
}

/** What a handler says of its page; path, person and flash come from the request. */
export type PageFrame = Pick<Frame, 'title'> & Partial<Frame>;

/** The one table from a refusal's kind to a status. */
export const statusOf: Record<RefusalKind, number> = {
  invalid: 422,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_many: 429,
};

/** Gives every response its `page`. */
export const pages: RequestHandler = (req, res, next) => {
  res.page = (view, page, frame) => {
    const html = renderPage(view, page, { ...frameOf(req), ...frame });
    // Asked for again each time, as places go; what is somebody's own stays out of caches altogether.
    if (!res.get('Cache-Control')) res.set('Cache-Control', req.person ? 'private, no-store' : 'no-cache');
    res.type('html').send(html);
    return html;
  };
  next();
};

function frameOf(req: Request): Omit<Frame, 'title'> {
  const organiser = (req.ctx?.actor.grants.length ?? 0) > 0;
  return {
    path: req.path,
    who: req.person && { name: req.person.name, organiser },
    flash: said(req.query.said),
  };
}

/** After a POST the next page says what was done: `?said=cancelled` is a key of the catalogue, never a text. */
function said(key: unknown): Frame['flash'] {
  if (typeof key !== 'string' || !/^[a-z_]{1,40}$/.test(key)) return undefined;
  const known = ['site', 'organise', 'sessions', 'grid'].map((area) => `${area}:said.${key}`).find(hasWords);
  return known ? { kind: 'ok', text: t(known) } : undefined;
}

/** Sets the status of a refusal; where it says when to come again, `Retry-After` too (RFC 9110, 10.2.3). */
export function refused(res: Response, { kind, data }: Refusal): Response {
  if (data?.seconds) res.set('Retry-After', String(data.seconds));
  return res.status(statusOf[kind]);
}

/** A page for a refusal that has no form to go back to. */
export function refusePage(res: Response, refusal: Refusal) {
  const status = statusOf[refusal.kind];
  refused(res, refusal);
  errorPage(res, status, refusalText(t, refusal));
}

const told = new Set([400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500]);

/** The page of an error: what was wrong, and where to go from here. */
export function errorPage(res: Response, status: number, text?: string) {
  const known = told.has(status) ? status : status >= 500 ? 500 : 400;
  const heading = t(`site:errors.${known}.heading`);
  const { req } = res;
  const page = {
    status,
    heading,
    text: text ?? t(`site:errors.${known}.text`),
    signIn: status === 403 && !req.person ? signInPath(req) : undefined,
  };
  res.status(status).page('error', page, { title: heading, robots: 'noindex' });
}

/** Sends those who are not signed in to sign in, and back afterwards. */
export function signedIn(req: Request, res: Response, next: NextFunction) {
  if (req.person) next();
  else if (reads(req)) res.redirect(303, signInPath(req));
  else errorPage(res, 403, t('refusals:not_signed_in'));
}

const reads = (req: Request) => req.method === 'GET' || req.method === 'HEAD';

/** Signing in leads back to the page that was asked for; after a form that was sent, to one's own page. */
const signInPath = (req: Request) =>
  reads(req) ? `/sign-in?next=${encodeURIComponent(req.originalUrl)}` : '/sign-in';

/** Pages that hold a key or personal data: kept by no cache, and named to no other site. */
export const secretPage: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store').set('Referrer-Policy', 'no-referrer').set('X-Robots-Tag', 'noindex');
  next();
};

/** A text field of a submitted form, as typed, and whole: half a character cannot go into a link. */
export const typed = (req: Request, field: string): string => {
  const value: unknown = req.body?.[field];
  return typeof value === 'string' ? whole(value) : '';
};

/** The nonce of a form that was shown here: what it makes is made once, however often it is sent. */
export const sentNonce = (req: Request): string | undefined => /^[\w-]{22}$/.exec(typed(req, 'nonce'))?.[0];

/** What makes a form that is sent twice one thing, for a command. */
export const sentKey = (req: Request): string | undefined => {
  const sent = sentNonce(req);
  return sent && `web:${sent}`;
};

/** For a stream of events: nginx hands on each as it comes, whatever it is told of other pages. */
export const unbuffered = { headers: { 'X-Accel-Buffering': 'no' } };
