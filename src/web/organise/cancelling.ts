import type { Request, Response } from 'express';
import { cancellationOf, cancelMany, toCancel, undoCancelMany } from '../../services/registrations/many.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { cancellationPage, cancelManyPage } from '../view/organise/cancel-many.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { readBack, readList } from './attendee-url.ts';
import type { Guarded } from './guard.ts';

/** Seconds after which a page that is not done looks again. */
const again = 2;

/** Cancelling all registrations that fit a filter, and taking that back. */
export function cancelling(site: Site, routes: Guarded) {
  const below = '/organise/events/:slug';
  routes.get(`${below}/attendees/cancel`, 'manage', (req, res) => ask(site, req, res, req.query));

  routes.post(`${below}/attendees/cancel`, 'manage', async (req, res) => {
    const { query } = readBack(req.event.questions, req.body?.back);
    const number = (name: string) => (/^\d{1,9}$/.test(typed(req, name)) ? Number(typed(req, name)) : 0);
    const wanted = { filter: query.filter, upTo: number('upTo'), asked: number('asked') };
    const result = await cancelMany(req.ctx, req.event, wanted);
    if (!result.ok) return ask(site, req, res, backQuery(req), result.refusal);
    res.redirect(303, deskUrl(req.event, `/cancellations/${result.value.id}`));
  });

  routes.get(`${below}/cancellations/:id`, 'manage', (req, res) => show(site, req, res));

  routes.post(`${below}/cancellations/:id/undo`, 'manage', async (req, res) => {
    const result = await undoCancelMany(req.ctx, req.event.id, idOf(req));
    if (!result.ok) return show(site, req, res, result.refusal);
    res.redirect(303, deskUrl(req.event, `/cancellations/${req.params.id}`));
  });
}

const idOf = (req: Request) => (/^\d{1,9}$/.test(String(req.params.id)) ? Number(req.params.id) : 0);
const backQuery = (req: Request) =>
  Object.fromEntries(new URLSearchParams(typed(req, 'back').slice(0, 4000)));

async function ask(site: Site, req: Request, res: Response, raw: Record<string, unknown>, refusal?: Refusal) {
  const state = readList(req.event.questions, raw);
  const found = await toCancel(req.ctx, req.event, state.query.filter);
  if (!found.ok) return refusePage(res, found.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'attendees', site.now());
  res.page('organise/cancel-many', cancelManyPage(head, found.value, state.params, refusal), frame(req));
}

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const found = await cancellationOf(req.ctx, req.event.id, idOf(req));
  if (!found.ok) return refusePage(res, found.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'attendees', site.now());
  const page = cancellationPage(head, req.event, found.value, site.now(), refusal);
  if (page.working) res.set('Refresh', String(again));
  res.page('organise/cancellation', page, frame(req));
}

const frame = (req: Request) => ({
  title: t('organise:many.title', { event: req.event.name }),
  section: 'organise' as const,
  robots: 'noindex',
  tape: eventTape(req.event),
});
