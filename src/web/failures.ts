import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { type Outage, outageOf } from '../db/outage.ts';
import { pulseOf } from '../db/pulse.ts';
import { logPath } from '../log.ts';
import { t } from '../words/words.ts';
import { errorPage, type Site } from './http.ts';
import { againPage } from './view/again.ts';

/** A timer that is this late says that the machine is busy, not that the database is away. Milliseconds. */
const busy = 100;

/** A page that is not there after so long is given up if the database does not answer either. Milliseconds. */
const [patience, lookAgain, probe] = [2_000, 1_000, 700];

/** Seconds after which programs, and those who read, may come back. */
const comeBack = 5;

/**
 * A database that has gone without a word leaves every request waiting. Whoever waits is told so, with what they typed; what is still
 * done for them changes nothing when they send it again, as their form's nonce is the same.
 */
export const patienceWith =
  (site: Site): RequestHandler =>
  (req, res, next) => {
    const pulse = pulseOf(site.db);
    const since = performance.now();
    const isOver = () => res.headersSent || res.destroyed;
    const look = async (late: number) => {
      // Where others have had answers meanwhile, or we ourselves come late, it is only slow.
      if (isOver()) return;
      if (pulse.last() > since || late > busy) return later(lookAgain);
      const asked = performance.now();
      if ((await pulse.beats(probe)) || performance.now() - asked > probe + busy) return later(lookAgain);
      if (isOver()) return;
      site.log.warn({ path: logPath(req.originalUrl) }, 'the database does not answer');
      res.locals.givenUp = true;
      outagePage(req, res, 'away');
    };
    let timer: NodeJS.Timeout | undefined;
    const later = (pause: number) => {
      const due = performance.now() + pause;
      timer = setTimeout(() => void look(performance.now() - due), pause);
    };
    later(patience);
    res.once('close', () => clearTimeout(timer));
    next();
  };

/** What was thrown is a bug, an outage, or a request that could not be read: the person gets a page, the log the rest. */
export const failed =
  (site: Site): ErrorRequestHandler =>
  (error, req, res, next) => {
    // What comes of it now nobody hears: it was answered when its time was up.
    if (res.locals.givenUp) return;
    const outage = outageOf(error);
    const status = outage ? 503 : Number(error?.status ?? error?.statusCode) || 500;
    const path = logPath(req.originalUrl);
    if (outage) site.log.warn({ err: error, path, outage }, 'not possible just now');
    else if (status >= 500) site.log.error({ err: error, path }, 'request failed');
    if (res.headersSent) return next(error);
    if (outage) outagePage(req, res, outage);
    else errorPage(res, status);
  };

/** Says that it is not possible just now, in the way in which was asked. Needs no database. */
function outagePage(req: Request, res: Response, outage: Outage) {
  res.status(503).set('Retry-After', String(comeBack)).set('Cache-Control', 'no-store');
  const text = t(`outage:${outage}.text`);
  if (req.accepts(['html', 'json']) === 'json') return void res.json({ problem: text });
  if (isFile(req)) return void res.type('text').send(`${text}\n`);
  const heading = t(`outage:${outage}.heading`);
  res.page('again', againPage(req, { heading, text }), { title: heading, robots: 'noindex' });
}

const isFile = (req: Request): boolean => /\.[a-z]{3,4}$/.test(req.path) || /^\/(api|bot)\//.test(req.path);
