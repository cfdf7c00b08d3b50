import type { Request, Response } from 'express';
import { announce } from '../../services/announcements/commands.ts';
import { announcementsOf, reachOf } from '../../services/announcements/queries.ts';
import { readAnnouncement } from '../../services/announcements/rules.ts';
import { nonce } from '../../shared/ids.ts';
import { invalid, type Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, sentNonce, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { announcePage } from '../view/organise/announce.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import type { Guarded } from './guard.ts';

/** Organisers write to everyone of an event: they see what it will look like, and how many it reaches, before it is sent. */
export function announcing(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/announce';
  routes.get(path, 'manage', (req, res) => show(site, req, res, {}));

  routes.post(path, 'manage', async (req, res) => {
    const raw = { text: typed(req, 'text'), audience: typed(req, 'audience') };
    const { issues } = readAnnouncement(raw);
    if (issues.length > 0) return show(site, req, res, { refusal: invalid(issues).refusal });
    if (typed(req, 'step') !== 'send')
      return show(site, req, res, { preview: typed(req, 'step') !== 'edit' });
    const sent = sentNonce(req);
    const result = await announce(req.ctx, req.event.slug, { ...raw, requestKey: sent && `web:${sent}` });
    if (!result.ok) return show(site, req, res, { refusal: result.refusal });
    res.redirect(303, deskUrl(req.event, '/announce?said=announced'));
  });
}

type Shown = { preview?: boolean; refusal?: Refusal };

async function show(site: Site, req: Request, res: Response, { preview, refusal }: Shown) {
  const [reach, before] = await Promise.all([
    reachOf(req.ctx, req.event.slug),
    announcementsOf(site.db, req.event.id, 20),
  ]);
  if (!reach.ok) return refusePage(res, reach.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const page = announcePage({
    desk: desk(req.event, req.ctx.actor, 'announce', site.now()),
    event: req.event,
    typed: { text: typed(req, 'text'), audience: typed(req, 'audience') || 'coming' },
    reach: reach.value,
    before,
    preview: preview === true,
    nonce: sentNonce(req) ?? nonce(),
    refusal,
  });
  res.page('organise/announce', page, {
    title: t('announce:title', { event: req.event.name }),
    section: 'organise',
    robots: 'noindex',
    tape: eventTape(req.event),
  });
}
