import type { Request, Response } from 'express';
import { copyDay, openGrid, startGrid } from '../../../services/grid/commands.ts';
import { gridOf } from '../../../services/grid/queries.ts';
import type { Refusal, Result } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import { type Site, statusOf, typed } from '../../http.ts';
import { eventTape } from '../../view/events.ts';
import { desk, deskUrl } from '../../view/organise/desk.ts';
import { type GridForm, gridPage } from '../../view/organise/grid/page.ts';
import type { Guarded } from '../guard.ts';

/** Setting up a grid: where everything about it is seen at once, begun, copied from day to day, opened and locked. */
export function grid(site: Site, routes: Guarded) {
  const below = '/organise/events/:slug/grid';
  routes.get(below, 'manage', (req, res) => showGrid(site, req, res));

  routes.post(`${below}/start`, 'manage', async (req, res) => {
    const started = await startGrid(req.ctx, req.event.slug, req.body ?? {});
    await answer(site, req, res, 'start', started, 'grid_started');
  });

  routes.post(`${below}/open`, 'manage', async (req, res) => {
    const open = typed(req, 'open') === 'yes';
    const set = await openGrid(req.ctx, req.event.slug, open);
    await answer(site, req, res, 'open', set, open ? 'grid_opened' : 'grid_locked');
  });

  routes.post(`${below}/copy`, 'manage', async (req, res) => {
    const copied = await copyDay(req.ctx, req.event.slug, typed(req, 'from'), typed(req, 'to'));
    await answer(site, req, res, 'copy', copied, 'day_copied', '#times');
  });
}

/** Back to the grid with a word; or the grid again, with what was typed and what was wrong beside it. */
export async function answer(
  site: Site,
  req: Request,
  res: Response,
  form: GridForm['form'],
  result: Result<unknown>,
  said: string,
  hash = '',
) {
  if (!result.ok) return showGrid(site, req, res, { form, body: req.body ?? {}, refusal: result.refusal });
  res.redirect(303, deskUrl(req.event, `/grid?said=${said}${hash}`));
}

export async function showGrid(site: Site, req: Request, res: Response, sent?: GridForm) {
  if (sent) res.status(statusOf[sent.refusal.kind]);
  const page = gridPage({
    desk: desk(req.event, req.ctx.actor, 'grid', site.now()),
    event: req.event,
    grid: await gridOf(site.db, req.event.id),
    sent,
  });
  res.page('organise/grid/grid', page, gridFrame(req, 'grid:title'));
}

export const gridFrame = (req: Request, title: string) => ({
  title: t(title, { event: req.event.name }),
  section: 'organise' as const,
  robots: 'noindex',
  tape: eventTape(req.event),
});

/** The status of a form that is shown again. */
export const refused = (res: Response, refusal?: Refusal) => {
  if (refusal) res.status(statusOf[refusal.kind]);
};

export const idOf = (req: Request): number =>
  /^\d{1,9}$/.test(String(req.params.id)) ? Number(req.params.id) : 0;
