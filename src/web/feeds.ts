import { type Request, type Response, Router } from 'express';
import { type CalendarEvent, calendar } from '../feeds/calendar.ts';
import { eventsSince } from '../services/events/lists.ts';
import { eventsOfSeries, publicEvent, seriesBySlug } from '../services/events/queries.ts';
import { t } from '../words/words.ts';
import type { Site } from './http.ts';
import { sendFeed } from './sending.ts';

const year = 365 * 24 * 3600 * 1000;

/** Calendars: all events (those of the last year too, as a program drops what a feed no longer has), one, a series. */
export function feeds(site: Site): Router {
  const router = Router();
  router.get('/events.ics', async (req, res) => {
    const events = await eventsSince(site.db, new Date(site.now().getTime() - year));
    send(site, req, res, events, t('site:name'), 'events');
  });

  router.get('/events/:slug.ics', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    send(site, req, res, [event], event.name, event.slug);
  });

  router.get('/series/:slug.ics', async (req, res, next) => {
    const series = await seriesBySlug(site.db, req.params.slug);
    if (!series) return next();
    send(site, req, res, await eventsOfSeries(site.db, series.id), series.name, series.slug);
  });
  return router;
}

/** An event's version tells whether it is said to be different: registrations change nothing here. */
function send(site: Site, req: Request, res: Response, events: CalendarEvent[], name: string, file: string) {
  const { baseUrl } = site;
  sendFeed(req, res, {
    type: 'text/calendar',
    file: `${file}.ics`,
    facts: [baseUrl, name, events.map((event) => [event.id, event.version])],
    make: () => calendar(events, { name, baseUrl }),
    seconds: 300,
  });
}
