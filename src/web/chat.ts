import { type Request, type Response, Router } from 'express';
import { forgetChat, keepExchange, linkOwnChat } from '../services/chats/commands.ts';
import { messagesAfter, messagesBefore } from '../services/chats/queries.ts';
import { personChat, visitorChat } from '../services/chats/rules.ts';
import { isForgotten } from '../services/people/queries.ts';
import { longestMessage } from '../shared/chat.ts';
import { nonce } from '../shared/ids.ts';
import { cut } from '../shared/text.ts';
import { t } from '../words/words.ts';
import { type Site, statusOf, typed } from './http.ts';
import { chatLimits } from './limits.ts';
import { liveOn } from './live.ts';
import { forgottenUrl } from './privacy.ts';
import { renderPart } from './render.ts';
import { saved, signOut } from './session.ts';
import { openStream } from './streams.ts';
import { chatLines, chatPage } from './view/chat.ts';

const shown = 30;

/** The bot on a page: live where there is a script, by plain forms where there is none. */
export function chat(site: Site): Router {
  const router = Router();
  const tooFast = chatLimits(site.chatPace);
  const live = liveOn(site.listener, 'chat_message', site.stopping, (error) =>
    site.log.warn({ err: error }, 'an open chat could not look'),
  );
  router.use('/chat', (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/chat', (req, res) => show(site, req, res));

  router.post('/chat', async (req, res) => {
    const text = said(req);
    if (await tooFast(req, chatOf(req))) return refuse(site, req, res, 'too_fast', text);
    if (text.length > longestMessage) return refuse(site, req, res, 'too_long', text);
    const address = await ownChat(req);
    const key = /^[\w-]{22}$/.test(typed(req, 'nonce')) ? typed(req, 'nonce') : nonce();
    const replies = await site.converse({ address, key, text, network: req.ctx.actor.network });
    // Nothing of what was said is kept then, not even that.
    if (replies.at(-1)?.done && req.person && (await isForgotten(site.db, req.person.id)))
      return leave(req, res);
    await keepExchange(site, address, { key, text, replies });
    if (!wantsJson(req)) return res.redirect(303, '/chat#say');
    res.json({ ...(await news(site, address, idOf(req.body?.after))), nonce: nonce() });
  });

  router.post('/chat/new', async (req, res) => {
    const address = chatOf(req);
    if (address) await forgetChat(req.ctx, address, { visitor: !req.person });
    // The next message of a visitor is that of somebody else: this key leads nowhere any more.
    if (!req.person) {
      delete req.session.chatKey;
      await saved(req);
    }
    res.redirect(303, '/chat');
  });

  router.get('/chat/stream', async (req, res) => {
    const address = chatOf(req);
    // Tells the browser not to come back before there is a conversation.
    if (!address) return res.status(204).end();
    const session = await openStream(site, req, res, 15_000);
    if (!session) return;
    let last = idOf(session.lastId || req.query.after);
    const look = async () => {
      const found = await news(site, address, last);
      last = found.last;
      if (found.html && session.isConnected) session.push(found.html, 'lines', String(last));
    };
    session.once('disconnected', live(address, look, () => res.end()).stop);
  });
  return router;
}

/** What was typed or pressed; of several that were ticked all, as one would type them. */
const said = (req: Request): string =>
  Array.isArray(req.body?.text) ? req.body.text.map(String).join(', ') : typed(req, 'text');

const wantsJson = (req: Request) => req.accepts(['html', 'json']) === 'json';

/** An id as a browser gives it back; 0 for anything else. */
const idOf = (given: unknown): number => (/^\d{1,15}$/.test(String(given)) ? Number(given) : 0);

/** The conversation of whoever asks; undefined for a visitor who has not said anything yet. */
function chatOf(req: Request): string | undefined {
  if (req.person) return personChat(req.person.id);
  return req.session.chatKey ? visitorChat(req.session.chatKey) : undefined;
}

/** The same for whoever says something: a visitor gets a session now, and the one of before signing in ends. */
async function ownChat(req: Request): Promise<string> {
  const { session, person } = req;
  if (!person) {
    if (session.chatKey) return visitorChat(session.chatKey);
    session.chatKey = nonce();
    await saved(req);
    return visitorChat(session.chatKey);
  }
  if (session.chatKey) {
    await forgetChat(req.ctx, visitorChat(session.chatKey), { visitor: true });
    delete session.chatKey;
    await saved(req);
  }
  await linkOwnChat(req.ctx);
  return personChat(person.id);
}

async function leave(req: Request, res: Response) {
  await signOut(req, res);
  if (wantsJson(req)) res.json({ gone: forgottenUrl });
  else res.redirect(303, forgottenUrl);
}

/** Messages after an id, as HTML for the script to put in, and the id of the last of them. */
async function news(site: Site, address: string, after: number): Promise<{ html: string; last: number }> {
  const rows = await messagesAfter(site.db, address, after);
  if (rows.length === 0) return { html: '', last: after };
  const [before] = await messagesBefore(site.db, address, 1, rows[0]!.id);
  const lines = chatLines(rows, site.baseUrl, { live: true, before: before?.createdAt });
  return { html: renderPart('chat/lines', { lines }), last: rows.at(-1)!.id };
}

/** One polite line; what was typed is not lost. */
async function refuse(site: Site, req: Request, res: Response, why: 'too_fast' | 'too_long', text: string) {
  const problem = t(`bot:web.${why}`, { max: longestMessage });
  res.status(statusOf[why === 'too_fast' ? 'too_many' : 'invalid']);
  if (wantsJson(req)) res.json({ problem });
  else await show(site, req, res, { problem, typed: text });
}

async function show(
  site: Site,
  req: Request,
  res: Response,
  more: { problem?: string; typed?: string } = {},
) {
  const address = chatOf(req);
  const before = idOf(req.query.before);
  const rows = address ? await messagesBefore(site.db, address, shown + 1, before) : [];
  const page = chatPage({
    rows: rows.slice(-shown),
    before: rows.length > shown ? rows[0] : undefined,
    older: before > 0,
    greeting: site.greeting,
    baseUrl: site.baseUrl,
    nonce: nonce(),
    person: req.person,
    typed: suggested(req.query.say),
    ...more,
  });
  const said = { title: t('bot:web.title'), description: t('bot:web.lead') };
  res.page('chat/chat', page, { ...said, section: 'chat', script: 'chat.js' });
}

/** `/chat?say=register+geek-dinner` puts a line into the field, for whoever comes from an event's page; it sends nothing. */
const suggested = (say: unknown): string => (typeof say === 'string' ? cut(say, 200) : '');
