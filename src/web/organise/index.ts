import type { Router } from 'express';
import { heldMails } from '../../jobs/held.ts';
import { organisedEvents } from '../../services/events/queries.ts';
import { organisesSite, reach } from '../../services/organising/rules.ts';
import { t } from '../../words/words.ts';
import type { Site } from '../http.ts';
import { heldView } from '../view/held.ts';
import { dashboardPage } from '../view/organise/dashboard.ts';
import { announcing } from './announcing.ts';
import { attendees } from './attendees.ts';
import { cancelling } from './cancelling.ts';
import { checkIn } from './check-in.ts';
import { editing } from './editing.ts';
import { events } from './events.ts';
import { exports } from './exports.ts';
import { printCards } from './grid/cards.ts';
import { doors } from './grid/doors.ts';
import { grid } from './grid/grid.ts';
import { pitches } from './grid/pitches.ts';
import { rooms } from './grid/rooms.ts';
import { slots } from './grid/slots.ts';
import { guarded } from './guard.ts';
import { line } from './line.ts';
import { restaurant } from './restaurant.ts';
import { strangers } from './strangers.ts';
import { tables } from './tables.ts';
import { team } from './team.ts';
import { wall } from './wall.ts';

/** The organisers' pages, `/organise` and below. Each route names the right that it needs. */
export function organise(site: Site): Router {
  const routes = guarded();
  routes.get('/organise', 'any', async (req, res) => {
    const { actor } = req.ctx;
    const found = await organisedEvents(site.db, reach(actor), site.now());
    const held = organisesSite(actor) ? heldView(await heldMails(site), site.now()) : undefined;
    const page = { ...dashboardPage(found, actor, site.now(), site.noMail), held };
    res.page('organise/dashboard', page, {
      title: t('organise:dashboard.title'),
      section: 'organise',
      robots: 'noindex',
    });
  });
  // `new` before `:slug`.
  for (const add of [
    editing,
    events,
    attendees,
    cancelling,
    strangers,
    exports,
    team,
    announcing,
    checkIn,
    wall,
    line,
    tables,
    restaurant,
    grid,
    rooms,
    slots,
    pitches,
    printCards,
    doors,
  ])
    add(site, routes);
  return routes.router;
}
