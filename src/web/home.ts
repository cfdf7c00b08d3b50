import { Router } from 'express';
import { pastEvents, upcomingEvents } from '../services/events/lists.ts';
import { t } from '../words/words.ts';
import type { Site } from './http.ts';
import { readCursor, writeCursor } from './view/cursor.ts';
import { eventRow, homePage } from './view/home.ts';

/** `/` and `/events`: what is on; `/events/past`: what was. */
export function home(site: Site): Router {
  const router = Router();
  router.get(['/', '/events'], async (req, res) => {
    const now = site.now();
    const generation = site.kept.generation();
    const [coming, past] = await Promise.all([upcomingEvents(site.db, now), pastEvents(site.db, now, 4)]);
    const html = res.page('events/home', homePage(coming, past, now), {
      title: t('site:home.title'),
      section: 'events',
      description: t('site:home.description'),
      canonical: `${site.baseUrl}/`,
      image: `${site.baseUrl}/share.png`,
      calendar: '/events.ics',
    });
    site.kept.keep(req, res, { path: req.path === '/' ? '/' : '/events', generation, html });
  });

  router.get('/events/past', async (req, res) => {
    const size = 30;
    const rows = await pastEvents(site.db, site.now(), size + 1, readCursor(req.query.after));
    const last = rows.length > size ? rows[size - 1] : undefined;
    const page = {
      rows: rows.slice(0, size).map((event) => eventRow(event)),
      pager: { next: last && `/events/past?after=${writeCursor(last)}`, nextText: t('site:past.older') },
    };
    res.page('events/past', page, { title: t('site:past.title'), section: 'events' });
  });
  return router;
}
