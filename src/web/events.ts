import { type Request, type Response, Router } from 'express';
import { eventJsonLd } from '../feeds/json-ld.ts';
import { imageFor } from '../services/events/images.ts';
import {
  type EventWithSeries,
  eventBySlug,
  eventsOfSeries,
  publicEvent,
  seriesBySlug,
} from '../services/events/queries.ts';
import { maySee } from '../services/organising/rules.ts';
import { listedAttendees } from '../services/registrations/coming.ts';
import { livingOf, manageToken } from '../services/registrations/queries.ts';
import { t } from '../words/words.ts';
import type { PageFrame, Site } from './http.ts';
import { attendeesPage, seriesPage } from './view/attendees.ts';
import { cover } from './view/cover.ts';
import { readAfter } from './view/cursor.ts';
import { eventDescription, eventPage, shownNames } from './view/event.ts';
import { coverUrl, eventTape } from './view/events.ts';
import { tapeOf } from './view/tape.ts';

/** The pages of an event and of a series, and their pictures. */
export function events(site: Site): Router {
  const router = Router();
  router.get('/events/:slug', async (req, res, next) => {
    const generation = site.kept.generation();
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const html = await showEvent(site, req, res, event);
    site.kept.keep(req, res, { path: `/events/${event.slug}`, generation, html });
  });

  router.get('/events/:slug/attendees', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const rows = await listedAttendees(site.db, event.id, 101, readAfter(req.query.after));
    res.page('events/attendees', attendeesPage(event, rows, 100), {
      title: t('site:attendees.title', { event: event.name }),
      section: 'events',
      tape: eventTape(event),
    });
  });

  router.get('/series/:slug', async (req, res, next) => {
    const series = await seriesBySlug(site.db, req.params.slug);
    if (!series) return next();
    const page = seriesPage(series, await eventsOfSeries(site.db, series.id), site.now());
    res.page('events/series', page, {
      title: series.name,
      section: 'events',
      description: series.summary,
      canonical: `${site.baseUrl}/series/${series.slug}`,
      image: `${site.baseUrl}/share.png`,
      calendar: page.calendar,
      tape: tapeOf(series.slug),
    });
  });

  router.get('/events/:slug/cover.svg', async (req, res, next) => {
    const event = await eventBySlug(site.db, req.params.slug);
    if (!event || (event.state === 'draft' && !maySee(req.ctx.actor, event.id))) return next();
    res.set('Cache-Control', event.state === 'draft' ? 'no-store' : 'public, max-age=86400');
    res.type('image/svg+xml').send(cover({ slug: event.slug, kind: event.kind, tape: eventTape(event) }));
  });

  router.get('/images/:id', async (req, res, next) => {
    const image = /^\d{1,9}$/.test(req.params.id)
      ? await imageFor(site.db, req.ctx.actor, Number(req.params.id))
      : undefined;
    if (!image) return next();
    res.set('Cache-Control', image.public ? 'public, max-age=31536000, immutable' : 'private, no-store');
    res.type(image.type).send(image.bytes);
  });
  return router;
}

/** Renders the event's page for whoever asks: their own registration is on it. */
export async function showEvent(
  site: Site,
  req: Request,
  res: Response,
  event: EventWithSeries,
): Promise<string> {
  const [listed, siblings, registration] = await Promise.all([
    listedAttendees(site.db, event.id, shownNames + 1),
    event.series ? eventsOfSeries(site.db, event.series.id) : [],
    req.person && livingOf(site.db, req.person.id, event.id),
  ]);
  const mine = registration && { registration, href: `/r/${manageToken(site.secret, registration)}` };
  const page = eventPage({ event, listed, siblings, mine, now: site.now() });
  return res.page('events/event', page, eventFrame(site, event));
}

function eventFrame(site: Site, event: EventWithSeries): PageFrame {
  const url = `${site.baseUrl}/events/${event.slug}`;
  const image = site.baseUrl + coverUrl(event);
  return {
    title: event.name,
    section: 'events',
    description: eventDescription(event),
    canonical: url,
    // A drawn cover is an SVG, which those who show previews do not take.
    image: event.imageId ? image : `${site.baseUrl}/share.png`,
    calendar: `/events/${event.slug}.ics`,
    tape: eventTape(event),
    robots: event.state === 'draft' ? 'noindex' : undefined,
    jsonLd: eventJsonLd(event, { url, image, register: `${url}/register` }),
  };
}
