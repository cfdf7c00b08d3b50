import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { type Outage, outageOf } from '../db/outage.ts';
import { whenSilent } from '../db/silence.ts';
import { logPath } from '../log.ts';
import { NotNow } from '../shared/chat.ts';
import { t } from '../words/words.ts';
import { readTyped } from './form-body.ts';
import { errorPage, type Site } from './http.ts';
import { againPage } from './view/again.ts';

/** Seconds after which programs, and those who read, may come back. */
const comeBack = 5;

/**
 * Whoever waits for a database that has gone without a word is told so, with what they typed. What is still done for them
 * changes nothing when they send a form with a nonce again; of one that has none the page says to look first.
 */
export const patienceWith =
  (site: Site): RequestHandler =>
  (req, res, next) => {
    const isOver = () => res.headersSent || res.destroyed;
    const silent = async (outage: Outage) => {
      site.log.warn({ path: logPath(req.originalUrl) }, 'the database does not answer');
      res.locals.givenUp = true;
      await readTyped(req, res);
      if (!isOver()) outagePage(req, res, outage);
    };
    res.once(
      'close',
      whenSilent(site.db, (outage) => void silent(outage), isOver),
    );
    next();
  };

/** Whoever was told that it was not done is not surprised by it afterwards, when their session has been read at last. */
export const unlessGivenUp: RequestHandler = (_req, res, next) => {
  if (!res.locals.givenUp) next();
};

/** What was thrown is a bug, an outage, or a request that could not be read: the person gets a page, the log the rest. */
export const failed =
  (site: Site): ErrorRequestHandler =>
  async (error, req, res, next) => {
    // What comes of it now nobody hears: it was answered when its time was up.
    if (res.locals.givenUp) return;
    const outage = outageOf(error);
    const status = outage ? 503 : Number(error?.status ?? error?.statusCode) || 500;
    const path = logPath(req.originalUrl);
    if (outage) site.log.warn({ err: error, path, outage }, 'not possible just now');
    else if (status >= 500) site.log.error({ err: error, path }, 'request failed');
    // Such as the note of a visit that could not be kept: the page is there.
    if (res.writableEnded) return;
    if (res.headersSent) return next(error);
    if (!outage) return errorPage(res, status);
    await readTyped(req, res);
    if (!res.headersSent)
      outagePage(req, res, outage, error instanceof NotNow ? error.reply.text : undefined);
  };

/** Says that it is not possible just now; `said`: in the language of a chat. */
export const outagePage = (req: Request, res: Response, outage: Outage, said?: string) =>
  comeAgain(req, res, {
    ...{ status: 503, seconds: comeBack, said },
    heading: t(`outage:${outage}.heading`),
    text: t(`outage:${outage}.text`),
  });

type Again = { status: 429 | 503; seconds: number; heading: string; text: string; said?: string };

/** Says when to come again, in the way in which was asked, with the form that was sent. Needs no database. */
export function comeAgain(req: Request, res: Response, { status, seconds, heading, text, said }: Again) {
  res.status(status).set('Retry-After', String(seconds)).set('Cache-Control', 'no-store');
  if (req.accepts(['html', 'json']) === 'json') return void res.json({ problem: said ?? text });
  if (isFile(req)) return void res.type('text').send(`${text}\n`);
  res.page('again', againPage(req, { heading, text }), { title: heading, robots: 'noindex' });
}

const isFile = (req: Request): boolean => /\.[a-z]{3,4}$/.test(req.path) || /^\/(api|bot)\//.test(req.path);
