import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import { imified } from '../bot/transports/imified.ts';
import { botApi } from './api/bot.ts';
import { anonymous } from './context.ts';
import { happened } from './happenings.ts';
import { logPath } from './log.ts';
import { knowGatewayUser } from './services/programs/commands.ts';
import { isLoopback } from './shared/this-computer.ts';
import { assets } from './web/assets.ts';
import { cards } from './web/cards.ts';
import { chat } from './web/chat.ts';
import { events } from './web/events.ts';
import { failed, patienceWith, unlessGivenUp } from './web/failures.ts';
import { feeds } from './web/feeds.ts';
import { formBody } from './web/form-body.ts';
import { health } from './web/health.ts';
import { help } from './web/help.ts';
import { home } from './web/home.ts';
import { pages, type Site } from './web/http.ts';
import { jobs } from './web/jobs.ts';
import { looks } from './web/looks.ts';
import { mailbox } from './web/mailbox.ts';
import { me } from './web/me.ts';
import { noNulls, noRoute } from './web/no-route.ts';
import { organise } from './web/organise/index.ts';
import { parties } from './web/parties.ts';
import { privacy } from './web/privacy.ts';
import { registrations } from './web/registrations.ts';
import { schedule } from './web/schedule/index.ts';
import { scheduleFeeds } from './web/schedule-feeds.ts';
import { sameOrigin, securityHeaders } from './web/security.ts';
import { actors, sessions as signIns } from './web/session.ts';
import { sessions } from './web/sessions.ts';
import { signIn } from './web/sign-in.ts';
import { unsubscribe } from './web/unsubscribe.ts';
import { t } from './words/words.ts';

/**
 * The website: middleware in the order of a request's way through it, then one file of routes a noun. `more` routes
 * stand before ours: for measuring.
 */
export function makeApp(site: Site, more: ((site: Site) => express.Router)[] = []): Express {
  const app = express();
  app.disable('x-powered-by').set('trust proxy', isProxy).set('query parser', 'simple').set('etag', false);
  app.use(roomForListeners, securityHeaders(site.baseUrl.startsWith('https:')));
  app.use(health(site));
  app.use(logged(site), pages);
  app.use(patienceWith(site));
  app.use(compression({ filter: (req, res) => !isStream(res) && compression.filter(req, res) }));
  app.use(noNulls, assets());
  // Programs bring keys of their own: no browser, no cookie.
  app.use(imified(imifiedOptions(site)), botApi(site));
  app.use(sameOrigin(site.baseUrl));
  app.use(formBody());
  app.use(signIns(site), actors(site), unlessGivenUp, looks(site));
  // In the order of how much is asked of them in a rush: Express looks through its routes one by one.
  const nouns = [
    ...more,
    registrations,
    parties,
    home,
    help,
    feeds,
    events,
    schedule,
    scheduleFeeds,
    sessions,
    signIn,
    unsubscribe,
    me,
    privacy,
    cards,
    chat,
    jobs,
    organise,
  ];
  if (site.mailbox) nouns.push(mailbox);
  const routers = nouns.map((routes) => routes(site));
  for (const router of routers) app.use(router);
  app.use(noRoute(routers));
  app.use(failed(site));
  return app;
}

/** One proxy in front, on this computer: what it says of the one who asks is believed, and nothing that others said before. */
const isProxy = (address: string, hop: number): boolean => hop === 0 && isLoopback(address);

const imifiedOptions = (site: Site) => ({
  ...site.imified,
  converse: site.converse,
  known: (who: Parameters<typeof knowGatewayUser>[1]) => knowGatewayUser(site, who),
  now: site.now,
  t,
  most: site.chatPace,
});

const isStream = (res: express.Response) =>
  String(res.getHeader('Content-Type')).includes('text/event-stream');

const refusals = new Set([401, 403, 429]);

/** The route, not the path: what somebody typed into an address is not ours to keep. */
const noteRefused = (site: Site, req: express.Request, status: number) =>
  happened(
    { log: site.log, actor: req.ctx?.actor ?? anonymous('web') },
    { what: 'request_refused', status, route: `${req.method} ${[req.route?.path ?? ''].flat()[0]}` },
  );

const logged =
  (site: Site): express.RequestHandler =>
  (req, res, next) => {
    const start = performance.now();
    res.on('finish', () => {
      if (refusals.has(res.statusCode)) noteRefused(site, req, res.statusCode);
      site.log.debug(
        {
          method: req.method,
          path: logPath(req.originalUrl),
          status: res.statusCode,
          ms: Math.round(performance.now() - start),
        },
        'request',
      );
    });
    next();
  };

/** Several handlers of a request, the log and a file's stream each hear when its connection closes: more than Node takes for usual. */
const roomForListeners: RequestHandler = (_req, res, next) => {
  res.setMaxListeners(30);
  next();
};
