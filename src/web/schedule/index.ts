import { Router } from 'express';
import { publicEvent } from '../../services/events/queries.ts';
import { gridOf } from '../../services/grid/queries.ts';
import type { Site } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { cellPage } from '../view/schedule/cell.ts';
import { changes } from './changes.ts';
import { live } from './live.ts';
import { placing } from './placing.ts';
import { screen } from './screen.ts';
import { showSchedule } from './show.ts';

/** The grid of a BarCamp: rooms by times, where everybody puts their own session. */
export function schedule(site: Site): Router {
  const router = Router();
  router.get('/events/:slug/schedule', async (req, res, next) => {
    if (req.query.screen !== undefined) return next();
    const generation = site.kept.generation();
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const html = await showSchedule(site, req, res, event);
    if (html) site.kept.keep(req, res, { path: `/events/${event.slug}/schedule`, generation, html });
  });

  router.get('/events/:slug/schedule/cell/:key', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const grid = await gridOf(site.db, event.id, req.ctx.actor.personId);
    const page = cellPage({ event, grid, actor: req.ctx.actor, key: req.params.key, now: site.now() });
    if (!page) return next();
    res.page('schedule/cell-page', page, {
      title: page.where,
      section: 'events',
      tape: eventTape(event),
      robots: 'noindex',
    });
  });

  for (const add of [screen, placing, live, changes]) add(site, router);
  return router;
}
