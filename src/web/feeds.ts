import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { type CalendarEvent, calendar } from '../feeds/calendar.ts';
import { eventsOfSeries, eventsSince, publicEvent, seriesBySlug } from '../services/events/queries.ts';
import { t } from '../words/words.ts';
import type { Site } from './http.ts';

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

/** A program that asks every hour gets a 304 until an event is said to be different: registrations change nothing here. */
function send(site: Site, req: Request, res: Response, events: CalendarEvent[], name: string, file: string) {
  const seen = [site.baseUrl, name, ...events.map((event) => `${event.id}:${event.version}`)].join('\n');
  const tag = createHash('sha256').update(seen).digest('base64url').slice(0, 22);
  res.set('ETag', `W/"${tag}"`).set('Cache-Control', 'public, max-age=300');
  if (req.fresh) return res.status(304).end();
  res.set('Content-Disposition', `inline; filename="${file}.ics"`).type('text/calendar');
  res.send(made(tag, () => calendar(events, { name, baseUrl: site.baseUrl })));
}

const texts = new Map<string, string>();
const most = 20;

/** The text under the tag, made once: a thousand events take a good part of a second. */
function made(tag: string, make: () => string): string {
  const text = texts.get(tag) ?? make();
  texts.delete(tag);
  texts.set(tag, text);
  for (const oldest of texts.keys()) if (texts.size > most) texts.delete(oldest);
  return text;
}
