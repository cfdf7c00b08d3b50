import { type Response, Router } from 'express';
import { type EventWithSeries, publicEvent } from '../services/events/queries.ts';
import { cancelByToken, register, setListed } from '../services/registrations/commands.ts';
import { manageToken, registrationByToken, ticketToken } from '../services/registrations/queries.ts';
import { closedBecause } from '../services/registrations/rules.ts';
import { nonce } from '../shared/ids.ts';
import { type Refusal, refuse } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { errorPage, refusePage, type Site, secretPage, statusOf, typed } from './http.ts';
import { eventTape } from './view/events.ts';
import { registerPage } from './view/register.ts';
import { managePage, ticketPage } from './view/registration.ts';
import { tapeOf } from './view/tape.ts';

/** Registering for an event; the registration that a manage link opens; the ticket that a QR code opens. */
export function registrations(site: Site): Router {
  const router = Router();
  router.get('/events/:slug/register', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const closed = closedBecause(event, site.now());
    if (closed) return refusePage(res, closed);
    showForm(res, event, { name: req.person?.name, email: req.person?.email }, `web:${nonce()}`);
  });

  router.post('/events/:slug/register', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const requestKey = /^web:[\w-]{22}$/.test(typed(req, 'nonce')) ? typed(req, 'nonce') : undefined;
    const result = await register(req.ctx, {
      event: event.slug,
      name: typed(req, 'name'),
      email: typed(req, 'email'),
      answers: req.body ?? {},
      listed: typed(req, 'listed') === 'yes',
      requestKey,
    });
    if (result.ok) return res.redirect(303, `/r/${manageToken(site.secret, result.value)}`);
    res.status(statusOf[result.refusal.kind]);
    showForm(res, event, req.body ?? {}, requestKey ?? `web:${nonce()}`, result.refusal);
  });

  router.use(['/r/:token', '/t/:token'], secretPage);
  router.get('/r/:token', async (req, res) => {
    const row = await registrationByToken(site, req.params.token);
    if (!row) return refusePage(res, unknownLink);
    const ticket = `${site.baseUrl}/t/${ticketToken(site.secret, row)}`;
    res.page('registrations/manage', managePage(row, req.path, ticket, site.now()), {
      title: t('site:manage.title', { event: row.event.name }),
      section: 'events',
      robots: 'noindex',
    });
  });

  router.post('/r/:token/cancel', async (req, res) => {
    const result = await cancelByToken(req.ctx, req.params.token);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `/r/${req.params.token}?said=cancelled`);
  });

  router.post('/r/:token/listed', async (req, res) => {
    const show = typed(req, 'listed') === 'yes';
    const result = await setListed(req.ctx, req.params.token, show);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `/r/${req.params.token}?said=${show ? 'listed' : 'unlisted'}`);
  });

  router.get('/t/:token', async (req, res) => {
    const row = await registrationByToken(site, req.params.token, 'ticket');
    if (!row) return errorPage(res, 404, t('site:ticket.unknown'));
    res.page('registrations/ticket', ticketPage(row), {
      title: t('site:ticket.title', { event: row.event.name }),
      tape: tapeOf(row.event.slug),
      robots: 'noindex',
    });
  });
  return router;
}

const unknownLink: Refusal = refuse('not_found', 'link_unknown').refusal;

function showForm(
  res: Response,
  event: EventWithSeries,
  given: Record<string, unknown>,
  key: string,
  refusal?: Refusal,
) {
  res.set('Cache-Control', 'no-store');
  res.page('registrations/register', registerPage({ event, typed: given, nonce: key, refusal }), {
    title: t('site:register.title', { event: event.name }),
    section: 'events',
    tape: eventTape(event),
    robots: 'noindex',
  });
}
