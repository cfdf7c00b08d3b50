import type { Request, Response } from 'express';
import { closeEntrance, openEntrance } from '../../services/entrances/commands.ts';
import { openEntranceOf } from '../../services/entrances/queries.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refused, refusePage, type Site, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { wallPage } from '../view/organise/wall.ts';
import type { Guarded } from './guard.ts';

/** The link for the wall: a room full of people behind one address of the network can register by it. */
export function wall(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/wall';
  routes.get(path, 'see', (req, res) => show(site, req, res));

  routes.post(path, 'manage', async (req, res) => {
    const hours = Number(typed(req, 'hours'));
    const result =
      typed(req, 'do') === 'close'
        ? await closeEntrance(req.ctx, req.event.id)
        : await openEntrance(req.ctx, req.event.id, hours);
    if (!result.ok) return show(site, req, res, result.refusal);
    res.redirect(303, deskUrl(req.event, '/wall'));
  });
}

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const open = await openEntranceOf(req.ctx, req.event.id);
  if (!open.ok) return refusePage(res, open.refusal);
  if (refusal) refused(res, refusal);
  const head = desk(req.event, req.ctx.actor, 'check-in', site.now());
  const given = { site, desk: head, event: req.event, actor: req.ctx.actor, open: open.value, refusal };
  res.page('organise/wall', wallPage(given), {
    title: t('wall:title', { event: req.event.name }),
    section: 'organise',
    robots: 'noindex',
    tape: eventTape(req.event),
  });
}
