import type { Router } from 'express';
import { publicEvent } from '../../services/events/queries.ts';
import type { Site } from '../http.ts';
import { openStream } from '../streams.ts';
import { liveBoards } from './boards.ts';

/** What changes on a grid goes to all pages that show it: server-sent events. */
export function live(site: Site, router: Router) {
  const follow = liveBoards(site);
  router.get('/events/:slug/schedule/stream', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const stream = await openStream(site, req, res, 25_000);
    if (!stream) return;
    const seen = stream.lastId || (typeof req.query.seen === 'string' ? req.query.seen : '');
    follow(event, stream, seen, () => res.end());
  });
}
