import { createHash, randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type Converse, longestMessage, NotNow, type Reply } from '../../src/shared/chat.ts';
import type { T } from '../../src/words/words.ts';
import { answerOf, html } from './imified/answer.ts';
import { type Call, networks, readCall, same, signed } from './imified/reading.ts';

export type ImifiedOptions = {
  /** What a gateway must send as `botkey`; absent: there is no such door. */
  key?: string;
  /** Absent: calls need not be signed. */
  secret?: string;
  converse: Converse;
  /** Told of each caller's person before they are answered. */
  known(who: { uri: string; network: string; user: string }): Promise<void>;
  now: () => Date;
  t: T;
  /** Messages that one person may send in a minute. */
  most?: number;
};

const path = '/bot/imified';

/**
 * `POST /bot/imified`: the bot as a web page that a gateway posts each message to, as bots were on Imified (docs/imified.md). The answer is
 * HTML with `<br>`, `<reset>` and `<goto=N>`. The state of a dialogue is ours; the gateway's step is checked and put right.
 */
export function imified(options: ImifiedOptions): Router {
  const router = Router();
  const perMinute = new RateLimiterMemory({ points: options.most ?? 40, duration: 60 });
  const refuse = (res: Response, status: number, why: string, data = {}) => {
    res.status(status).type('text/plain; charset=utf-8');
    res.send(`${options.t(`imified:refused.${why}`, data)}\n`);
  };
  const failed: ErrorRequestHandler = (error, _req, res, next) => {
    if (!(Number(error?.status) < 500)) return next(error);
    refuse(res, error.status, error.status === 413 ? 'large' : 'unread');
  };

  router.all(path, (req, res, next) => {
    res.set('Cache-Control', 'no-store');
    if (!options.key) return refuse(res, 404, 'off');
    if (req.method !== 'POST') return refuse(res.set('Allow', 'POST'), 405, 'method');
    if (!req.is('application/x-www-form-urlencoded')) return refuse(res, 415, 'type');
    next();
  });
  router.post(path, form, failed);
  router.post(path, async (req, res) => {
    const body: Record<string, unknown> = req.body ?? {};
    if (!same(String(body.botkey ?? ''), options.key!)) return refuse(res, 403, 'botkey');
    if (options.secret && !signed(options.secret, signatureOf(req), options.now()))
      return refuse(res, 401, 'signature');
    // What was signed stays good for minutes: without a name in it, whoever saw it could have it done again.
    if (options.secret && !named(body.key)) return refuse(res, 400, 'key');
    const call = readCall(body);
    if ('refused' in call) return refuse(res, call.status, call.refused, { networks: networks.join(', ') });
    const answer = await answerTo(options, call, keyOf(req, Boolean(options.secret)), perMinute);
    if (answer.after) res.set('Retry-After', String(answer.after));
    res.status(answer.status).type('text/html; charset=utf-8').send(answer.text);
  });
  return router;
}

/** The body as it came is what is signed. */
const form = express.urlencoded({
  extended: false,
  limit: '64kb',
  parameterLimit: 200,
  verify: (req, _res, buffer) => {
    (req as Request & { raw?: Buffer }).raw = buffer;
  },
});

const signatureOf = (req: Request) => ({
  timestamp: req.get('x-turnout-timestamp') ?? '',
  signature: req.get('x-turnout-signature') ?? '',
  body: (req as Request & { raw?: Buffer }).raw ?? Buffer.alloc(0),
});

/** Names the message: the same one, posted again, does nothing and gets the same answer. A header is not signed. */
function keyOf(req: Request, signed: boolean): string {
  const given = (!signed && req.get('idempotency-key')) || (named(req.body?.key) && req.body.key);
  return given ? `key:${createHash('sha256').update(given).digest('base64url')}` : `once:${randomUUID()}`;
}

const named = (key: unknown): key is string => typeof key === 'string' && key !== '';

type Answer = { status: number; text: string; after?: number };

async function answerTo(
  { converse, known, t }: ImifiedOptions,
  { userkey, network, user, text, step, ...call }: Call,
  key: string,
  perMinute: RateLimiterMemory,
): Promise<Answer> {
  const say = (line: string, status = 200) => ({ status, text: html(line) });
  // Who reads along is not known: nothing of a person is asked or said there.
  if (call.public) return say(t('imified:in_public'));
  if (text.length > longestMessage) return say(t('xmpp:too_long', { max: longestMessage }));
  const uri = `imified:${network}:${userkey}`;
  const inTime = await perMinute.consume(uri).then(
    () => true,
    () => false,
  );
  if (!inTime) return say(t('xmpp:too_many'), 429);
  const replies = await converse({ address: uri, key, text }).catch(notNow);
  if ('text' in replies) return { ...say(replies.text, 503), after: comeBack };
  await known({ uri, network, user });
  return { status: 200, text: answerOf(replies, step) };
}

/** Seconds after which a gateway may post the same message again, with the same key. */
const comeBack = 5;

function notNow(error: unknown): Reply {
  if (error instanceof NotNow) return error.reply;
  throw error;
}
