import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import multer from 'multer';
import type { Base } from '../context.ts';
import { outageOf } from '../db/outage.ts';
import { push, setBotStatus } from '../services/programs/commands.ts';
import { allNamed, byNetwork, byUserKeys, type Caller, callerOf } from '../services/programs/queries.ts';
import { isOurs, longest } from '../services/programs/rules.ts';
import { readParts } from '../shared/multipart.ts';
import type { Refusal } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { type Fill, manyUsers, oneUser, rsp, success } from './rsp.ts';

type Site = Base & { imified?: { key: string } };

/** A failure as Imified told it: in the body, with the status of a success. */
class Failure extends Error {}
const fail = (why: string, data = {}) => new Failure(t(`imified:errors.${why}`, data));

/**
 * `POST /api/bot/`: for programs that hold a token, as the password of HTTP Basic. `apimethod` is send, getuser, getallusers or updateStatus, the
 * answer is Imified's XML (docs/imified.md).
 */
export function botApi(site: Site): Router {
  const router = Router();
  const paths = ['/api/bot', '/api/bot/'];
  router.all(paths, (req, res, next) => {
    res.set('Cache-Control', 'no-store');
    if (req.method !== 'POST') return refuse(res.set('Allow', 'POST'), 405, 'imified:refused.method');
    if (!req.is(forms)) return refuse(res, 415, 'imified:refused.type');
    next();
  });
  // Nobody's form is read before it is known whose it is.
  router.post(paths, async (req, res, next) => {
    res.locals.caller = await callerOf(site, passwordOf(req));
    if (!res.locals.caller)
      return refuse(res.set('WWW-Authenticate', 'Basic realm="Turnout"'), 401, 'imified:errors.token');
    next();
  });
  router.post(paths, ...readForm);
  router.post(paths, async (req, res) => {
    write(res, await answer(site, res.locals.caller, req.body ?? {}));
  });
  router.use(paths, notNow(site));
  return router;
}

/** Programs of the time sent either: PHP's cURL, given an array, makes the second. */
const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
const most = 64 * 1024;

const failed: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(Number(error?.status) < 500)) return next(error);
  refuse(res, error.status, error.status === 413 ? 'imified:refused.large' : 'imified:refused.unread');
};

const readForm: (RequestHandler | ErrorRequestHandler)[] = [
  express.urlencoded({ extended: false, limit: most, parameterLimit: 200 }),
  readParts(multer({ limits: { fields: 20, fieldSize: most } }).none()),
  failed,
];

/** One of its libraries takes nothing but `application/xml` for an answer. */
const write = (res: Response, xml: string) => res.type('application/xml; charset=utf-8').send(xml);

const refuse = (res: Response, status: number, why: string) =>
  write(
    res.status(status),
    rsp('fail', (root) => root.ele('err', { msg: t(why) })),
  );

/** Programs are told in their own form why it is not possible just now, and when to ask again. */
const notNow =
  (site: Site): ErrorRequestHandler =>
  (error, _req, res, next) => {
    const outage = outageOf(error);
    if (!outage || res.headersSent) return next(error);
    site.log.warn({ err: error, outage }, 'not possible just now');
    refuse(res.set('Retry-After', '5'), 503, `outage:${outage}.text`);
  };

function passwordOf(req: Request): string {
  const [, encoded = ''] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(req.get('authorization')?.trim() ?? '') ?? [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

async function answer(site: Site, caller: Caller, body: Record<string, unknown>): Promise<string> {
  const field = (name: string) => (typeof body[name] === 'string' ? body[name].trim() : '');
  try {
    if (site.imified && field('botkey') !== site.imified.key) throw fail('botkey');
    const name = field('apimethod').toLowerCase();
    if (!Object.hasOwn(methods, name)) throw fail('method');
    return rsp('ok', await methods[name]!(site, caller, field));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return rsp('fail', (root) => root.ele('err', { msg: error.message }));
  }
}

type Field = (name: string) => string;
type Method = (site: Site, caller: Caller, field: Field) => Promise<Fill>;

const methods: Record<string, Method> = {
  send: async (site, caller, field) => {
    const given = field('userkey').split(',');
    const keys = [...new Set(given.map((one) => one.trim()).filter(Boolean))];
    const to = await (keys.length > 0
      ? byUserKeys(site.db, keys)
      : byNetwork(site.db, field('network'), field('user')));
    if (to.length === 0 || (keys.length > 0 && to.length < keys.length)) throw fail('userkey');
    const result = await push(site, caller, to, field('msg'));
    if (!result.ok) throw failureOf(result.refusal);
    return success('sent');
  },
  getuser: async (site, _caller, field) => {
    const [user] = await byUserKeys(site.db, [field('userkey')]);
    if (!user) throw fail('userkey');
    return oneUser(user, site.now());
  },
  getallusers: async (site, _caller, field) =>
    manyUsers(await allNamed(site.db, networkOf(field)), site.now()),
  updatestatus: async (site, _caller, field) => {
    if (!isOurs(networkOf(field))) throw fail('network');
    const result = await setBotStatus(site, { status: field('status'), message: field('msg') });
    if (!result.ok) throw failureOf(result.refusal);
    return success('updated');
  },
};

/** Its libraries did not agree on the name. */
const networkOf = (field: Field): string => field('network') || field('networkname');

const failures: Record<string, string> = {
  push_message: 'message',
  push_stopped: 'stopped',
  push_unreachable: 'unreachable',
  push_status: 'status',
};
const failureOf = ({ code, data }: Refusal) => fail(failures[code] ?? 'message', { max: longest, ...data });
