import type { Router } from 'express';
import { publicEvent } from '../../services/events/queries.ts';
import { gridOf } from '../../services/grid/queries.ts';
import { t } from '../../words/words.ts';
import type { Site } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { revisionOf } from '../view/schedule/cells.ts';
import { screenPage } from '../view/schedule/screen.ts';

/** `?screen`: for a projector or the wall, from the same address as the grid. */
export function screen(site: Site, router: Router) {
  router.get('/events/:slug/schedule', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const grid = await gridOf(site.db, event.id);
    const page = screenPage({
      event,
      grid,
      now: site.now(),
      scene: String(req.query.screen),
      baseUrl: site.baseUrl,
      revision: revisionOf(grid),
    });
    res.page('schedule/screen', page, {
      title: t('schedule:title', { event: event.name }),
      tape: eventTape(event),
      robots: 'noindex',
      bare: true,
      refresh: { seconds: 15, url: page.other },
      script: 'screen.js',
    });
  });
}
