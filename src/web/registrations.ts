import { createHash } from 'node:crypto';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { letIn } from '../services/arrivals/queries.ts';
import { tablesOf } from '../services/dinners/queries.ts';
import { publicEvent } from '../services/events/queries.ts';
import { maySee } from '../services/organising/rules.ts';
import { proveByLink } from '../services/people/commands.ts';
import { cancelByToken, register, setListed } from '../services/registrations/commands.ts';
import {
  manageToken,
  membersOf,
  registrationByToken,
  ticketToken,
} from '../services/registrations/queries.ts';
import { nonce } from '../shared/ids.ts';
import { type Refusal, refuse } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { errorPage, refused, refusePage, type Site, secretPage, sentNonce, typed } from './http.ts';
import { livingLink, rememberLink } from './known-link.ts';
import { type MemberRow, pressedGuest, readParty } from './party-body.ts';
import { showEmpty, showForm } from './register-form.ts';
import { eventTape } from './view/events.ts';
import { managePage } from './view/registration.ts';
import { ticketPage } from './view/ticket.ts';

/** Registering for an event; the registration that a manage link opens; the ticket that a QR code opens. */
export function registrations(site: Site): Router {
  const router = Router();
  router.get('/events/:slug/register', (req, res, next) => showEmpty(site, req, res, next));

  router.post('/events/:slug/register', async (req, res, next) => {
    const rows = readParty(req.body ?? {});
    const pressed = pressedGuest(rows, req.body?.do);
    if (pressed) return showAgain(site, req, res, next, pressed);
    const result = await register(req.ctx, {
      event: req.params.slug,
      members: rows.length > 0 ? rows : undefined,
      near: typed(req, 'near'),
      name: typed(req, 'name'),
      email: typed(req, 'email'),
      answers: req.body ?? {},
      listed: typed(req, 'listed') === 'yes',
      requestKey: requestKey(req),
      entrance: typed(req, 'entrance') || undefined,
    });
    if (!result.ok) return showAgain(site, req, res, next, rows, result.refusal);
    const made = result.value;
    const told = `/events/${encodeURIComponent(req.params.slug)}/register/mailed`;
    res.redirect(303, made.kind === 'mailed' ? told : `/r/${manageToken(site.secret, made)}`);
  });

  // The same for everybody: of an address that is new, and of one that is registered already.
  router.get('/events/:slug/register/mailed', async (req, res, next) => {
    const event = await publicEvent(site.db, req.params.slug);
    if (!event) return next();
    const page = {
      event: event.name,
      href: `/events/${event.slug}`,
      again: `/events/${event.slug}/register`,
    };
    res.page('registrations/mailed', page, {
      title: t('site:register.mailed_title'),
      section: 'events',
      tape: eventTape(event),
      robots: 'noindex',
    });
  });

  router.use(['/r/:token', '/t/:token'], secretPage);
  router.get('/r/:token', async (req, res) => {
    const row = await registrationByToken(site, req.params.token);
    if (!row) return showEnded(site, req, res);
    const ticket = `${site.baseUrl}/t/${ticketToken(site.secret, row)}`;
    const [members, tables] = await Promise.all([membersOf(site.db, [row.id]), tablesOf(site.db, [row.id])]);
    const page = managePage(row, {
      ...{ way: row.way, path: req.path, ticket, now: site.now() },
      members: members.get(row.id) ?? [],
      tables: tables.get(row.id) ?? [],
    });
    res.page('registrations/manage', page, {
      title: t('site:manage.title', { state: page.heading, event: row.event.name }),
      section: 'events',
      tape: page.tape,
      robots: 'noindex',
    });
  });

  // Whatever is pressed on the page of a link that was mailed says that somebody reads that mailbox.
  router.post('/r/:token/:what', async (req, res, next) => {
    const result = await proveByLink(req.ctx, req.params.token);
    if (req.params.what !== 'prove') return next();
    if (!result.ok) return refusePage(res, result.refusal);
    rememberLink(req, res);
    res.redirect(303, `/r/${req.params.token}?said=${result.value.lost ? 'proved_late' : 'proved'}`);
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
    // Whoever stands at the door lets them in right there.
    const door = maySee(req.ctx.actor, row.event.id)
      ? `/organise/events/${row.event.slug}/check-in`
      : undefined;
    const page = ticketPage(row, site.now(), { door, came: await letIn(site.db, row.id) });
    res.page('registrations/ticket', page, {
      title: t('site:ticket.title', { event: row.event.name }),
      tape: page.tape,
      robots: 'noindex',
    });
  });
  return router;
}

const unknownLink: Refusal = refuse('not_found', 'link_unknown').refusal;

/** A link that opens nothing (any more). Who has a better one to the same registration goes on there. */
async function showEnded(site: Site, req: Request, res: Response) {
  const better = await livingLink(site, req);
  if (better) return res.redirect(303, better);
  refusePage(res, unknownLink);
}

/**
 * The same form sent twice is one registration. Its address is part of the key: who goes back and fills in a friend's
 * means a second one, whatever nonce the browser still has.
 */
function requestKey(req: Request): string | undefined {
  const sent = sentNonce(req);
  const email = createHash('sha256').update(typed(req, 'email').trim().toLowerCase()).digest('base64url');
  return sent && `web:${sent}:${email.slice(0, 16)}`;
}

/** The form as it was sent: refused, or with a guest more or fewer. Only then is the event needed. */
async function showAgain(
  site: Site,
  req: Request,
  res: Response,
  next: NextFunction,
  rows: MemberRow[],
  refusal?: Refusal,
) {
  const event = await publicEvent(site.db, String(req.params.slug));
  if (!event) return next();
  if (refusal) refused(res, refusal);
  const again = { nonce: sentNonce(req) ?? nonce(), refusal };
  await showForm(site, res, { event, typed: req.body ?? {}, rows, ...again });
}
