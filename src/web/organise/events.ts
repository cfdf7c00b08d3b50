import type { Request, Response } from 'express';
import { pastOf } from '../../services/arrivals/queries.ts';
import { duplicateEvent } from '../../services/events/copying.ts';
import { cancelEvent, publishEvent, restoreEvent } from '../../services/events/publishing.ts';
import { eventsOfSeries } from '../../services/events/queries.ts';
import { organisesSite } from '../../services/organising/rules.ts';
import { listedAttendees, livingAt } from '../../services/registrations/coming.ts';
import { reconfirmed } from '../../services/registrations/standing.ts';
import { nonce } from '../../shared/ids.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, sentKey, statusOf, typed } from '../http.ts';
import { eventPage, shownNames } from '../view/event.ts';
import { eventTape } from '../view/events.ts';
import { cancelPage } from '../view/organise/cancel.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { overviewPage } from '../view/organise/overview.ts';
import type { Guarded } from './guard.ts';

/** What happens to an event as a whole: looked at, previewed, published, cancelled, taken back, copied. */
export function events(site: Site, routes: Guarded) {
  routes.get('/organise/events/:slug', 'see', (req, res) => showOverview(site, req, res));

  routes.get('/organise/events/:slug/preview', 'see', async (req, res) => {
    const { event } = req;
    const [listed, siblings] = await Promise.all([
      listedAttendees(site.db, event.id, shownNames + 1),
      event.series ? eventsOfSeries(site.db, event.series.id) : [],
    ]);
    // As the public will see it: published.
    const shown = { ...event, state: event.state === 'draft' ? ('published' as const) : event.state };
    const page = {
      back: deskUrl(event),
      public: eventPage({ event: shown, listed, siblings, now: site.now() }),
    };
    res.page('organise/preview', page, frame(req, 'preview.title'));
  });

  routes.post('/organise/events/:slug/publish', 'manage', async (req, res) => {
    const result = await publishEvent(req.ctx, req.event.slug);
    if (!result.ok) return showOverview(site, req, res, result.refusal);
    res.redirect(303, deskUrl(req.event, '?said=event_published'));
  });

  routes.get('/organise/events/:slug/cancel', 'manage', (req, res) => showCancel(site, req, res, ''));

  routes.post('/organise/events/:slug/cancel', 'manage', async (req, res) => {
    const result = await cancelEvent(req.ctx, req.event.slug, typed(req, 'message'));
    if (!result.ok) return showCancel(site, req, res, typed(req, 'message'), result.refusal);
    res.redirect(303, deskUrl(req.event, '?said=event_cancelled'));
  });

  routes.post('/organise/events/:slug/restore', 'manage', async (req, res) => {
    const result = await restoreEvent(req.ctx, req.event.slug);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, deskUrl(req.event, '?said=event_restored'));
  });

  routes.post('/organise/events/:slug/copy', 'site', async (req, res) => {
    const days = /^\d{1,4}$/.test(typed(req, 'days')) ? Number(typed(req, 'days')) : undefined;
    const result = await duplicateEvent(req.ctx, String(req.params.slug), days, sentKey(req));
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, deskUrl(result.value, '/edit?said=event_copied'));
  });
}

async function showOverview(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const [past, asked] = await Promise.all([
    pastOf(site.db, req.event, site.now()),
    req.event.reconfirmHours.length > 0 ? reconfirmed(site.db, req.event.id) : undefined,
  ]);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'overview', site.now());
  const page = overviewPage({
    desk: head,
    event: req.event,
    actor: req.ctx.actor,
    now: site.now(),
    url: `${site.baseUrl}/events/${req.event.slug}`,
    copies: organisesSite(req.ctx.actor) ? nonce() : undefined,
    refusal,
    past,
    asked,
  });
  res.page('organise/overview', page, frame(req, 'overview.title'));
}

async function showCancel(site: Site, req: Request, res: Response, message: string, refusal?: Refusal) {
  const registered = await livingAt(site.db, req.event.id);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, undefined, site.now());
  res.page('organise/cancel', cancelPage(head, registered, message, refusal), frame(req, 'cancel.title'));
}

const frame = (req: Request, title: string) => ({
  title: t(`organise:${title}`, { event: req.event.name }),
  section: 'organise' as const,
  robots: 'noindex',
  tape: eventTape(req.event),
});
