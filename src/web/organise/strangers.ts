import type { Request, Response } from 'express';
import { strangersSince } from '../../services/notices/strangers.ts';
import { askProof } from '../../services/registrations/asking.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { type Site, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { strangersPage } from '../view/organise/strangers.ts';
import type { Guarded } from './guard.ts';

/** Many strangers came at once: who they are, and one press that asks all of them for proof. */
export function strangers(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/strangers';
  routes.get(path, 'manage', (req, res) => show(site, req, res));

  routes.post(path, 'manage', async (req, res) => {
    const hours = /^\d{1,3}$/.test(typed(req, 'proveHours').trim()) ? Number(typed(req, 'proveHours')) : 0;
    const since = req.event.strangersSince;
    const result = since
      ? await askProof(req.ctx, req.event.id, { since, hours })
      : refuse('conflict', 'nobody_to_ask');
    if (!result.ok) return show(site, req, res, result.refusal);
    res.redirect(303, deskUrl(req.event, '/strangers?said=proof_asked'));
  });
}

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const counts = await strangersSince(site.db, req.event);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'attendees', site.now());
  const hours = refusal ? typed(req, 'proveHours') : String(req.event.proveHours ?? 24);
  res.page('organise/strangers', strangersPage(head, req.event, { ...counts, hours, refusal }), {
    title: t('strangers:title', { event: req.event.name }),
    section: 'organise',
    robots: 'noindex',
    tape: eventTape(req.event),
  });
}
