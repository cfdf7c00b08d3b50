import type { NextFunction, Request, Response } from 'express';
import { isEntrance } from '../services/entrances/queries.ts';
import { upcomingEvents } from '../services/events/lists.ts';
import { type EventWithSeries, publicEvent } from '../services/events/queries.ts';
import { livingOf, manageToken, portionsFree } from '../services/registrations/queries.ts';
import { refusedBecause } from '../services/registrations/rules.ts';
import { nonce } from '../shared/ids.ts';
import type { Refusal } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { type Site, statusOf } from './http.ts';
import { eventTape } from './view/events.ts';
import { closedPage, type RegisterGiven, registerPage } from './view/register.ts';

/** The form by which one registers, with nothing typed but who is signed in; or why nobody can register just now. */
export async function showEmpty(site: Site, req: Request, res: Response, next: NextFunction) {
  const event = await publicEvent(site.db, String(req.params.slug));
  if (!event) return next();
  const closed = refusedBecause(event, site.now());
  if (closed) return showClosed(site, res, event, closed);
  const mine = req.person && (await livingOf(site.db, req.person.id, event.id));
  // Who is registered may register a friend: the form is empty then, and says where their own registration is.
  const known = mine ? {} : { name: req.person?.name, email: req.person?.email };
  const own = mine && `/r/${manageToken(site.secret, mine)}`;
  const proved = req.person !== undefined && !mine;
  const entrance = await entranceOf(site, event, req.query.entrance);
  await showForm(site, res, {
    ...{ event, typed: { ...known, ...entrance }, nonce: nonce(), own, proved, rows: [] },
  });
}

/** How the form was reached: by a link for the wall, or by one that has ended. */
async function entranceOf(site: Site, event: EventWithSeries, given: unknown) {
  if (typeof given !== 'string' || !given) return {};
  return { entrance: given, entranceOpen: await isEntrance(site, event.id, given) };
}

/** The form, with whatever was typed and what is wrong with it. */
export async function showForm(site: Site, res: Response, given: Omit<RegisterGiven, 'portions'>) {
  const portions = await portionsFree(site.db, given.event);
  // It holds what somebody typed.
  res.set('Cache-Control', 'no-store').page('registrations/register', registerPage({ ...given, portions }), {
    title: t('site:register.title', { event: given.event.name }),
    section: 'events',
    tape: eventTape(given.event),
    robots: 'noindex',
  });
}

/** Nobody can register just now: why, and what there is instead. */
async function showClosed(site: Site, res: Response, event: EventWithSeries, refusal: Refusal) {
  const coming = await upcomingEvents(site.db, site.now(), 50);
  const page = closedPage(event, refusal, coming, site.now());
  res.status(statusOf[refusal.kind]).page('registrations/closed', page, {
    title: t('site:register.title', { event: event.name }),
    section: 'events',
    tape: eventTape(event),
    robots: 'noindex',
  });
}
