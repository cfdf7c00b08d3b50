import type { Request, Response } from 'express';
import { addRoom, editRoom, moveRoom, removeRoom } from '../../../services/grid/commands.ts';
import { roomsOf } from '../../../services/grid/queries.ts';
import { type Refusal, refuse } from '../../../shared/result.ts';
import { refusePage, type Site } from '../../http.ts';
import { desk, deskUrl } from '../../view/organise/desk.ts';
import { roomPage } from '../../view/organise/grid/room.ts';
import type { Guarded } from '../guard.ts';
import { answer, gridFrame, idOf, refused, showGrid } from './grid.ts';

/** The rooms of a grid: added, changed, put in order, removed. */
export function rooms(site: Site, routes: Guarded) {
  const below = '/organise/events/:slug/grid/rooms';
  routes.post(below, 'manage', async (req, res) => {
    const added = await addRoom(req.ctx, req.event.slug, req.body ?? {});
    await answer(site, req, res, 'room', added, 'room_added', '#rooms');
  });

  routes.get(`${below}/:id`, 'manage', (req, res) => showRoom(site, req, res));

  routes.post(`${below}/:id`, 'manage', async (req, res) => {
    const saved = await editRoom(req.ctx, req.event.slug, idOf(req), req.body ?? {});
    if (!saved.ok) return showRoom(site, req, res, saved.refusal);
    res.redirect(303, deskUrl(req.event, '/grid?said=room_saved#rooms'));
  });

  for (const to of ['up', 'down'] as const)
    routes.post(`${below}/:id/${to}`, 'manage', async (req, res) => {
      const moved = await moveRoom(req.ctx, req.event.slug, idOf(req), to);
      if (!moved.ok) return showGrid(site, req, res, { form: 'order', body: {}, refusal: moved.refusal });
      // To the room, so that it can be moved again and again.
      res.redirect(303, deskUrl(req.event, `/grid#room-${idOf(req)}`));
    });

  routes.post(`${below}/:id/remove`, 'manage', async (req, res) => {
    const removed = await removeRoom(req.ctx, req.event.slug, idOf(req));
    if (!removed.ok) return showRoom(site, req, res, removed.refusal);
    res.redirect(303, deskUrl(req.event, '/grid?said=room_removed#rooms'));
  });
}

async function showRoom(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const room = (await roomsOf(site.db, req.event.id)).find((one) => one.id === idOf(req));
  if (!room) return refusePage(res, refuse('not_found', 'room_unknown').refusal);
  refused(res, refusal);
  const head = desk(req.event, req.ctx.actor, 'grid', site.now());
  const typed = refusal?.issues ? (req.body ?? {}) : undefined;
  res.page(
    'organise/grid/room',
    roomPage({ desk: head, room, typed, refusal }),
    gridFrame(req, 'grid:room.title'),
  );
}
