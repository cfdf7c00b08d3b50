import connectPgSimple from 'connect-pg-simple';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { anonymous } from '../context.ts';
import { actorOf } from '../services/people/queries.ts';
import { idleDays, isUnseen, sessionStands } from '../services/people/rules.ts';
import { cookieName } from './cookies.ts';
import type { Site } from './http.ts';
import { linkCookie } from './known-link.ts';
import { networks } from './network.ts';

declare module 'express-session' {
  interface SessionData {
    personId: number;
    /** Random; its hash names an anonymous visitor's web chat. */
    chatKey: string;
    signedInAt: number;
    /** Noted once a day: a session that is not used ends. */
    seenAt: number;
  }
}

/** Where a session may begin: elsewhere a visitor without a cookie has none, and costs nothing. */
const begins = /^\/(sign-in|sign-out|chat)(\/|$)/;

/** Sessions live in Postgres; one is made when somebody signs in or says something in the chat, and not before. */
export function sessions(site: Site): RequestHandler {
  const kept = keptSessions(site);
  return (req, res, next) => {
    if (req.headers.cookie?.includes('turnout=') || begins.test(req.path)) kept(req, res, next);
    else next();
  };
}

function keptSessions(site: Site): RequestHandler {
  const Store = storeOf(connectPgSimple(session));
  const secure = site.baseUrl.startsWith('https:');
  const keep = session({
    name: cookieName(site.baseUrl, 'turnout'),
    proxy: true,
    secret: site.secret,
    resave: false,
    saveUninitialized: false,
    store: new Store({
      pool: site.db.$client,
      tableName: 'web_sessions',
      pruneSessionInterval: 3600,
      disableTouch: true,
      errorLog: (what, error) => site.log.warn({ err: error }, String(what)),
    }),
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure,
      maxAge: idleDays * 24 * 3600_000,
    },
  });
  // BASE_URL says whether people come by HTTPS: not every proxy does, and without the word no cookie would be set.
  return (req, res, next) => {
    if (secure) req.headers['x-forwarded-proto'] = 'https';
    keep(req, res, next);
  };
}

/**
 * express-session takes ENOENT for a session that is not there, and Node says the same of the socket of a Postgres that is not running:
 * whoever is signed in would be a stranger while the database is away.
 */
const storeOf = (Plain: ReturnType<typeof connectPgSimple>) =>
  class extends Plain {
    override get(...[id, told]: Parameters<InstanceType<typeof Plain>['get']>) {
      super.get(id, (error, found) =>
        told(error && new Error('the session could not be read', { cause: error }), found),
      );
    }
  };

/** Gives every request its context: the signed-in person with their roles as the actor, or nobody. */
export function actors(site: Site): RequestHandler {
  const network = networks(site.baseUrl, () =>
    site.log.warn(
      'the proxy in front does not say who asks (X-Forwarded-For), so nothing is limited by network: see deploy/',
    ),
  );
  return async (req, _res, next) => {
    const known = await signedInAs(site, req);
    req.person = known?.person;
    const actor = { ...(known?.actor ?? anonymous('web')), network: network(req) ?? null };
    req.ctx = { ...site, actor };
    next();
  };
}

/** Who is signed in. A session of theirs that is over is emptied; one that is in use lives on. */
async function signedInAs(site: Site, req: Request) {
  const { session } = req;
  if (!session?.personId) return undefined;
  const known = await actorOf(site.db, session.personId, 'web');
  if (!known || !sessionStands(session, known.person, site.now())) {
    for (const name of ['personId', 'signedInAt', 'seenAt', 'chatKey'] as const) delete session[name];
    return undefined;
  }
  // A session that changes is written, and its end moves on with it.
  if (isUnseen(session, site.now())) session.seenAt = site.now().getTime();
  return known;
}

/** Signs the person in under a new session id, so that one planted before is worth nothing. The web chat's key is kept. */
export function signIn(req: Request, personId: number): Promise<void> {
  const { chatKey } = req.session;
  return new Promise((resolve, reject) => {
    req.session.regenerate((error) => {
      if (error) return reject(error);
      req.session.personId = personId;
      req.session.signedInAt = req.ctx.now().getTime();
      req.session.seenAt = req.session.signedInAt;
      if (chatKey) req.session.chatKey = chatKey;
      saved(req).then(resolve, reject);
    });
  });
}

/**
 * Ends the session, of which nothing is left then, and takes its cookies away; and what the browser keeps of the site, so that going back
 * shows no page of whoever was signed in. Not by the word for cookies, which would take those of neighbouring hosts.
 */
export function signOut(req: Request, res: Response): Promise<void> {
  const { baseUrl } = req.ctx;
  return new Promise((resolve, reject) => {
    req.session.destroy((error) => {
      if (error) return reject(error);
      const secure = baseUrl.startsWith('https:');
      for (const name of ['turnout', linkCookie]) res.clearCookie(cookieName(baseUrl, name), { secure });
      res.set('Clear-Site-Data', '"cache", "storage"');
      resolve();
    });
  });
}

/**
 * Waits until what was put into the session is stored. express-session sends the head of an answer before that: a browser
 * follows a redirect at once, and would come back as a stranger.
 */
export function saved(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()));
  });
}
