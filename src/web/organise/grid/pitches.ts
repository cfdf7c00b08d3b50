import { roomsOf } from '../../../services/grid/queries.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import { sessionsOf } from '../../../services/sessions/queries.ts';
import type { Site } from '../../http.ts';
import { desk } from '../../view/organise/desk.ts';
import { pitchesPage } from '../../view/organise/grid/pitches.ts';
import type { Guarded } from '../guard.ts';
import { gridFrame } from './grid.ts';

/** The pitch round: every proposal in the order of the stage. */
export function pitches(site: Site, routes: Guarded) {
  routes.get('/organise/events/:slug/pitches', 'see', async (req, res) => {
    const { event } = req;
    const [sessions, rooms] = await Promise.all([sessionsOf(site.db, event.id), roomsOf(site.db, event.id)]);
    const page = pitchesPage({
      desk: desk(event, req.ctx.actor, 'pitches', site.now()),
      event,
      sessions,
      rooms,
      places: mayManage(req.ctx.actor, event.id),
      waiting: req.query.waiting !== undefined,
    });
    res.page('organise/grid/pitches', page, gridFrame(req, 'grid:pitches.title'));
  });
}
