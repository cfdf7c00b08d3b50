import { createHash } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import type { EventWithSeries } from '../../services/events/queries.ts';
import { placeSession } from '../../services/grid/commands.ts';
import { readCell } from '../../services/grid/input.ts';
import { roomsOf } from '../../services/grid/queries.ts';
import { livingOf } from '../../services/registrations/queries.ts';
import { refusedBecause } from '../../services/registrations/rules.ts';
import { propose } from '../../services/sessions/commands.ts';
import { tagsOf } from '../../services/sessions/queries.ts';
import { mayPropose, noProposals } from '../../services/sessions/rules.ts';
import { nonce } from '../../shared/ids.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, signedIn, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { scheduleUrl } from '../view/schedule/cells.ts';
import { sessionUrl } from '../view/session-card.ts';
import { sessionFormPage } from '../view/session-form.ts';
import { findEvent } from './find.ts';
import { readSessionForm } from './form-body.ts';

/** Proposing a session, for those who take part. */
export function proposing(site: Site, router: Router) {
  router.get('/events/:slug/sessions/new', signedIn, async (req, res, next) => {
    const event = await findEvent(site, req);
    if (!event) return next();
    const closed = noProposals(event, site.now());
    if (closed) return refusePage(res, closed);
    const registered = (await livingOf(site.db, req.person!.id, event.id)) !== undefined;
    if (!mayPropose(req.ctx.actor, event.id, registered)) return showJoin(site, req, res, event);
    await showForm(site, req, res, event);
  });

  router.post('/events/:slug/sessions/new', async (req, res, next) => {
    const slug = String(req.params.slug);
    const event = await findEvent(site, req);
    if (!event) return next();
    if (typed(req, 'do') === 'preview') return showForm(site, req, res, event);
    const answers = readSessionForm(req.body ?? {}).typed;
    const result = await propose(req.ctx, { event: slug, answers, requestKey: requestKey(req) });
    if (result.ok) return res.redirect(303, await nextPage(req, event, result.value.number));
    res.status(statusOf[result.refusal.kind]);
    await showForm(site, req, res, event, result.refusal);
  });
}

/** To the session; or, when it was proposed for a free cell, to the grid: there it is, or another cell is chosen. */
async function nextPage(req: Request, event: EventWithSeries, number: number): Promise<string> {
  const cell = cellOf(req);
  if (!cell) return `${sessionUrl(event, number)}?said=session_proposed`;
  const placed = await placeSession(req.ctx, { event: event.slug, session: number, ...readCell(cell) });
  return scheduleUrl(event, placed.ok ? `?placed=${number}` : `?claim=${number}&said=cell_gone`);
}

const cellOf = (req: Request): string =>
  /^\d{1,9}-\d{1,9}$/.exec(typed(req, 'cell') || String(req.query.cell ?? ''))?.[0] ?? '';

const sentNonce = (req: Request): string | undefined => /^[\w-]{22}$/.exec(typed(req, 'nonce'))?.[0];

/**
 * The same form sent twice is one session. Its title is part of the key: who goes back and proposes something else means a
 * second one, whatever nonce the browser still has.
 */
function requestKey(req: Request): string | undefined {
  const sent = sentNonce(req);
  const hash = createHash('sha256').update(typed(req, 'title').trim()).digest('base64url');
  return sent && `web:${req.person?.id}:${sent}:${hash.slice(0, 16)}`;
}

async function showForm(site: Site, req: Request, res: Response, event: EventWithSeries, refusal?: Refusal) {
  const [rooms, tags] = await Promise.all([roomsOf(site.db, event.id), tagsOf(site.db, event.id)]);
  const form = readSessionForm({ kind: 'talk', ...req.body });
  const preview = typed(req, 'do') === 'preview';
  const page = sessionFormPage({
    event,
    form,
    nonce: sentNonce(req) ?? nonce(),
    cell: cellOf(req),
    refusal,
    preview,
    rooms,
    tags,
  });
  // It holds what somebody typed.
  res.set('Cache-Control', 'no-store').page('sessions/form', page, {
    title: t('sessions:form.title', { event: event.name }),
    section: 'events',
    tape: eventTape(event),
    robots: 'noindex',
    script: 'sessions.js',
  });
}

/** Who is signed in and not registered: where to do that, while it can be done. */
function showJoin(site: Site, req: Request, res: Response, event: EventWithSeries) {
  const href = `/events/${event.slug}`;
  const closed = refusedBecause(event, site.now());
  const page = {
    event: { name: event.name, href },
    heading: t('sessions:join.heading', { event: event.name }),
    text: t('sessions:join.text', { email: req.person!.email }),
    closed: closed ? t('sessions:join.closed') : undefined,
    register: closed ? undefined : `${href}/register`,
    back: `${href}/sessions`,
  };
  res.status(statusOf.forbidden).page('sessions/join', page, {
    title: page.heading,
    section: 'events',
    tape: eventTape(event),
    robots: 'noindex',
  });
}
