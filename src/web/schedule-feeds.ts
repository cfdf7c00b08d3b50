import { type Request, type Response, Router } from 'express';
import { schedule } from '../feeds/schedule.ts';
import { scheduleCalendar } from '../feeds/schedule-calendar.ts';
import { scheduleJson } from '../feeds/schedule-json.ts';
import { scheduleXml } from '../feeds/schedule-xml.ts';
import { type EventWithSeries, publicEvent } from '../services/events/queries.ts';
import { commonOf, roomsOf } from '../services/grid/queries.ts';
import { personOfFeed } from '../services/people/feed.ts';
import { scheduledFor, scheduledOf } from '../services/sessions/scheduled.ts';
import { t } from '../words/words.ts';
import { type Site, secretPage } from './http.ts';
import { sendFeed } from './sending.ts';

const year = 365 * 24 * 3600 * 1000;

/** On the day itself the grid changes all the time. */
const seconds = 60;

/** An event's schedule for programs: iCalendar, schedule.xml, schedule.json; and a person's own calendar of sessions. */
export function scheduleFeeds(site: Site): Router {
  const router = Router();
  router.get('/events/:slug/schedule.ics', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    await sendCalendar(site, req, res, event);
  });

  router.get('/events/:slug/schedule.xml', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    await sendSchedule(site, req, res, event, 'xml');
  });

  router.get('/events/:slug/schedule.json', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    await sendSchedule(site, req, res, event, 'json');
  });

  router.use('/schedule/:token.ics', secretPage);
  router.get('/schedule/:token.ics', async (req, res, next) => {
    const personId = await personOfFeed(site, req.params.token);
    if (personId === undefined) return next();
    await sendOwn(site, req, res, personId);
  });
  return router;
}

async function sendCalendar(site: Site, req: Request, res: Response, event: EventWithSeries) {
  const { baseUrl, db } = site;
  const [sessions, items] = await Promise.all([scheduledOf(db, event.id), commonOf(db, event.id)]);
  const { name, slug } = event;
  sendFeed(req, res, {
    type: 'text/calendar',
    file: `${slug}-schedule.ics`,
    facts: [baseUrl, name, event.version, sessions, items],
    make: () => scheduleCalendar({ name, baseUrl, sessions, common: { event, items } }),
    seconds,
  });
}

const writers = { xml: scheduleXml, json: scheduleJson };

async function sendSchedule(
  site: Site,
  req: Request,
  res: Response,
  event: EventWithSeries,
  format: keyof typeof writers,
) {
  const { baseUrl, db } = site;
  const [rooms, sessions, common] = await Promise.all([
    roomsOf(db, event.id),
    scheduledOf(db, event.id),
    commonOf(db, event.id),
  ]);
  const given = { baseUrl, rooms, sessions, common, everywhere: t('grid-mail:feed.everywhere') };
  sendFeed(req, res, {
    type: format,
    file: `${event.slug}-schedule.${format}`,
    facts: [given, event.version],
    make: () => writers[format](schedule({ ...given, event })),
    seconds,
  });
}

/** With the sessions of the last year, as a program drops what a feed no longer has. */
async function sendOwn(site: Site, req: Request, res: Response, personId: number) {
  const { baseUrl } = site;
  const sessions = await scheduledFor(site.db, personId, new Date(site.now().getTime() - year));
  const name = t('grid-mail:feed.own', { site: t('site:name') });
  sendFeed(req, res, {
    type: 'text/calendar',
    file: 'sessions.ics',
    facts: [baseUrl, name, sessions],
    make: () => scheduleCalendar({ name, baseUrl, sessions }),
    seconds: 300,
    private: true,
  });
}
