import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { Base } from '../context.ts';
import { push, setBotStatus } from '../services/programs/commands.ts';
import {
  allNamed,
  byNetwork,
  byUserKeys,
  type Caller,
  callerOf,
  type Named,
} from '../services/programs/queries.ts';
import { longest, networkName } from '../services/programs/rules.ts';
import type { Refusal } from '../shared/result.ts';
import { t } from '../words/words.ts';

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
  const plainly = (res: Response, status: number, why: string) =>
    res
      .status(status)
      .type('text/plain; charset=utf-8')
      .send(`${t(`imified:${why}`)}\n`);
  const failed: ErrorRequestHandler = (error, _req, res, next) => {
    if (!(Number(error?.status) < 500)) return next(error);
    plainly(res, error.status, error.status === 413 ? 'refused.large' : 'refused.unread');
  };
  router.all(paths, (req, res, next) => {
    res.set('Cache-Control', 'no-store');
    if (req.method !== 'POST') return plainly(res.set('Allow', 'POST'), 405, 'refused.method');
    if (!req.is('application/x-www-form-urlencoded')) return plainly(res, 415, 'refused.type');
    next();
  });
  router.post(paths, express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 200 }), failed);
  router.post(paths, async (req, res) => {
    const caller = await callerOf(site, passwordOf(req));
    if (!caller) return plainly(res.set('WWW-Authenticate', 'Basic realm="Turnout"'), 401, 'errors.token');
    res.type('text/xml; charset=utf-8').send(await answer(site, caller, req.body ?? {}));
  });
  return router;
}

function passwordOf(req: Request): string {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(req.get('authorization') ?? '') ?? [];
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
type Fill = (root: XMLBuilder) => void;
type Method = (site: Site, caller: Caller, field: Field) => Promise<Fill>;

const methods: Record<string, Method> = {
  send: async (site, caller, field) => {
    const keys = [
      ...new Set(
        field('userkey')
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean),
      ),
    ];
    const to = await (keys.length > 0
      ? byUserKeys(site.db, keys)
      : byNetwork(site.db, field('network'), field('user')));
    if (to.length === 0 || (keys.length > 0 && to.length < keys.length)) throw fail('userkey');
    const result = await push(site, caller, to, field('msg'));
    if (!result.ok) throw failureOf(result.refusal);
    return (root) => root.ele('success', { msg: 'sent' });
  },
  getuser: async (site, _caller, field) => {
    const [user] = await byUserKeys(site.db, [field('userkey')]);
    if (!user) throw fail('userkey');
    return (root) => addUser(root, user, site.now());
  },
  getallusers: async (site) => {
    const all = await allNamed(site.db);
    return (root) => {
      const users = root.ele('users');
      for (const user of all) addUser(users, user, site.now());
    };
  },
  updatestatus: async (site, _caller, field) => {
    const result = await setBotStatus(site, { status: field('status'), message: field('msg') });
    if (!result.ok) throw failureOf(result.refusal);
    return (root) => root.ele('success', { msg: 'updated' });
  },
};

const failures: Record<string, string> = {
  push_message: 'message',
  push_stopped: 'stopped',
  push_unreachable: 'unreachable',
  push_status: 'status',
};
const failureOf = ({ code, data }: Refusal) => fail(failures[code] ?? 'message', { max: longest, ...data });

function rsp(stat: 'ok' | 'fail', fill: Fill): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('rsp', { stat });
  fill(root);
  return root.end();
}

/** Who has written in the last minutes is taken to be there: the networks tell us no more. Milliseconds. */
const lately = 10 * 60_000;

function addUser(root: XMLBuilder, { userkey, network, user, stopped, created, last }: Named, now: Date) {
  const isThere = last !== null && now.getTime() - last.getTime() < lately;
  const texts = {
    status: stopped ? 'Stopped' : isThere ? 'Online' : 'Offline',
    extendedstatus: '',
    ...{ userkey, screenname: user, user },
    network: networkName(network),
    created: created.toISOString(),
    lastonline: last?.toISOString() ?? '',
    lastcall: last?.toISOString() ?? '',
  };
  const element = root.ele('user');
  for (const [name, text] of Object.entries(texts)) element.ele(name).txt(text.replace(illegal, ''));
}

/** What XML 1.0 has no place for. */
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
