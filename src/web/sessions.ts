import { type Request, type Response, Router } from 'express';
import type { EventWithSeries } from '../services/events/queries.ts';
import { gridOf, starredPairs } from '../services/grid/queries.ts';
import { type Warning, warningsFor } from '../services/grid/rules.ts';
import { type Session, sessionsOf } from '../services/sessions/queries.ts';
import { hasSessions, mayHold, noProposals } from '../services/sessions/rules.ts';
import { t } from '../words/words.ts';
import { refusePage, type Site, signedIn } from './http.ts';
import { archive } from './sessions/archive.ts';
import { changing } from './sessions/changing.ts';
import { editing } from './sessions/editing.ts';
import { findEvent, findSession } from './sessions/find.ts';
import { invited } from './sessions/invited.ts';
import { proposing } from './sessions/proposing.ts';
import { starring } from './sessions/starring.ts';
import { eventTape } from './view/events.ts';
import { allMerges, type MergeView } from './view/merges.ts';
import { sessionDescription, sessionPage } from './view/session.ts';
import { sessionTapes, sessionUrl } from './view/session-card.ts';
import { readAsked, sessionsPage } from './view/sessions.ts';

/** The sessions of a BarCamp: the list, each one's page, what its hosts do with it; and the archive. */
export function sessions(site: Site): Router {
  const router = Router();
  router.get('/events/:slug/sessions', async (req, res, next) => {
    const generation = site.kept.generation();
    const event = await findEvent(site, req);
    if (!event) return next();
    if (readAsked(req.query).mine && !req.person) return signedIn(req, res, next);
    const html = await showList(site, req, res, event);
    if (html) site.kept.keep(req, res, { path: `/events/${event.slug}/sessions`, generation, html });
  });

  // `new` before `:n`.
  proposing(site, router);

  router.get('/events/:slug/sessions/:n', async (req, res, next) => {
    const generation = site.kept.generation();
    const found = await findSession(site, req);
    if (!found) return next();
    const html = await showSession(site, req, res, found.event, found.session);
    site.kept.keep(req, res, { path: sessionUrl(found.event, found.session.number), generation, html });
  });

  for (const add of [editing, invited, changing, starring, archive]) add(site, router);
  return router;
}

async function showList(site: Site, req: Request, res: Response, event: EventWithSeries) {
  const all = await sessionsOf(site.db, event.id, req.person?.id);
  // What was proposed stays to be read, should the event have become one of another kind.
  const none = noProposals(event, site.now());
  if (!hasSessions(event) && all.length === 0 && none) return void refusePage(res, none);
  const page = sessionsPage({
    event,
    sessions: all,
    asked: readAsked(req.query),
    actor: req.ctx.actor,
    now: site.now(),
  });
  return res.page('sessions/list', page, {
    title: t('sessions:list.title', { event: event.name }),
    section: 'events',
    description: t('sessions:list.description', { event: event.name }),
    canonical: `${site.baseUrl}/events/${event.slug}/sessions`,
    tape: eventTape(event),
    script: 'sessions.js',
  });
}

async function showSession(
  site: Site,
  req: Request,
  res: Response,
  event: EventWithSeries,
  session: Session,
) {
  const { actor } = req.ctx;
  const advice = mayHold(actor, session) ? await adviceOf(site, event, session) : nothing;
  const page = sessionPage({ event, session, actor, ...advice, now: site.now() });
  return res.page('sessions/session', page, {
    title: t('sessions:page.title', { title: session.title, event: event.name }),
    section: 'events',
    description: sessionDescription(session),
    canonical: site.baseUrl + sessionUrl(event, session.number),
    tape: sessionTapes[session.kind],
    robots: session.withdrawnAt ? 'noindex' : undefined,
    script: 'sessions.js',
  });
}

type Advice = { warnings: Warning[]; merges: MergeView[] };
const nothing: Advice = { warnings: [], merges: [] };

/** What is unwise about where the session is, and whom its hosts may want to talk to, while that can still be mended. */
async function adviceOf(site: Site, event: EventWithSeries, session: Session): Promise<Advice> {
  if (event.endsAt <= site.now() || session.withdrawnAt) return nothing;
  const [grid, pairs] = await Promise.all([gridOf(site.db, event.id), starredPairs(site.db, event.id)]);
  const { place } = session;
  const room = grid.rooms.find((one) => one.id === place?.roomId);
  const slot = grid.slots.find((one) => one.id === place?.slotId);
  return {
    warnings: room && slot ? warningsFor(session, { room, slot }, grid.sessions, pairs) : [],
    merges: allMerges(event, grid.sessions).get(session.number) ?? [],
  };
}
