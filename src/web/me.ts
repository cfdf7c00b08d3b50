import { type Request, type Response, Router } from 'express';
import {
  rename,
  renewFeed,
  setNotify,
  showLinkCode,
  signOutEverywhere,
  unlinkAddress,
} from '../services/people/commands.ts';
import { prefer } from '../services/people/preferences.ts';
import { addressesOf } from '../services/people/queries.ts';
import { pastOf, upcomingOf } from '../services/registrations/queries.ts';
import { comingSessionsOf } from '../services/sessions/across-events.ts';
import { invitationsTo } from '../services/sessions/inviting.ts';
import type { Refusal } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { refusePage, type Site, secretPage, signedIn, statusOf, typed } from './http.ts';
import { type PreferencesBody, preferencesBody, readPreferences } from './preferences-body.ts';
import { signOut } from './session.ts';
import { mePage } from './view/me.ts';

/** The signed-in person's own page: registrations, name, notifications, linked chats. */
export function me(site: Site): Router {
  const router = Router();
  router.use('/me', secretPage, signedIn);
  router.get('/me', (req, res) => showMe(site, req, res));

  router.post('/me/name', async (req, res) => {
    const name = typed(req, 'name');
    const result = await rename(req.ctx, name);
    if (result.ok) return res.redirect(303, '/me?said=renamed');
    res.status(statusOf[result.refusal.kind]);
    await showMe(site, req, res, { name, refusal: result.refusal });
  });

  router.post('/me/notify', async (req, res) => {
    const notify = typed(req, 'notify') === 'yes';
    const result = await setNotify(req.ctx, req.person!.id, notify);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `/me?said=${notify ? 'notify_on' : 'notify_off'}`);
  });

  router.post('/me/preferences', async (req, res) => {
    const raw = preferencesBody(req);
    const result = await prefer(req.ctx, req.person, readPreferences(raw));
    if (result.ok) return res.redirect(303, '/me?said=preferences_saved#bot');
    res.status(statusOf[result.refusal.kind]);
    await showMe(site, req, res, { preferences: raw, refusal: result.refusal });
  });

  // The code is shown by the POST that makes it: only its hash is kept, so that no later GET could show it.
  router.post('/me/chat-code', async (req, res) => {
    const result = await showLinkCode(req.ctx);
    if (!result.ok) return refusePage(res, result.refusal);
    const command = `link ${result.value.code}`;
    res.page('me/chat-code', { command, minutes: result.value.minutes }, frame('site:me.code_title'));
  });

  router.post('/me/feed', async (req, res) => {
    const result = await renewFeed(req.ctx);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `/me?said=${req.person!.feedKey ? 'feed_renewed' : 'feed_made'}#feed`);
  });

  router.post('/me/sign-out-everywhere', async (req, res) => {
    const result = await signOutEverywhere(req.ctx);
    if (!result.ok) return refusePage(res, result.refusal);
    await signOut(req, res);
    res.redirect(303, '/?said=signed_out_everywhere');
  });

  router.post('/me/addresses/:id/unlink', async (req, res) => {
    const id = /^\d{1,9}$/.test(req.params.id) ? Number(req.params.id) : 0;
    const result = await unlinkAddress(req.ctx, id);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, '/me?said=unlinked');
  });
  return router;
}

type Retry = { name?: string; preferences?: PreferencesBody; refusal: Refusal };

async function showMe(site: Site, req: Request, res: Response, retry?: Retry) {
  const person = req.person!;
  const [upcoming, past, addresses, sessions, invitations] = await Promise.all([
    upcomingOf(site.db, person.id, site.now()),
    pastOf(site.db, person.id, site.now()),
    addressesOf(site.db, person.id),
    comingSessionsOf(site.db, person.id, site.now()),
    invitationsTo(site.db, person.id, site.now()),
  ]);
  const page = mePage({ person, upcoming, past, addresses, sessions, invitations, retry, site });
  res.page('me/me', page, frame('site:me.title'));
}

const frame = (title: string) => ({ title: t(title), section: 'me' as const, robots: 'noindex' });
