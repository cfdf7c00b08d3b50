import type { Router } from 'express';
import { publicEvent } from '../../services/events/queries.ts';
import { changesSince } from '../../services/grid/queries.ts';
import { t } from '../../words/words.ts';
import type { Site } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { changesPage } from '../view/schedule/changes.ts';

const most = 50;

/** What changed on the grid: all of it, or since the change that somebody saw last. */
export function changes(site: Site, router: Router) {
  router.get('/events/:slug/schedule/changes', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const after = idOf(req.query.after);
    const found = await changesSince(site.db, event.id, after, most + 1, idOf(req.query.before) || undefined);
    res.page('schedule/changes', changesPage({ event, changes: found, after, most }), {
      title: t('schedule:changes.title', { event: event.name }),
      section: 'events',
      tape: eventTape(event),
      robots: after ? 'noindex' : undefined,
    });
  });
}

const idOf = (given: unknown): number => (/^\d{1,9}$/.test(String(given)) ? Number(given) : 0);
