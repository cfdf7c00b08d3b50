import type { Request } from 'express';
import { paper } from '../../feeds/papers.ts';
import { freezeSheet, restaurantSheet } from '../../services/dinners/sheets.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { restaurantCsv, restaurantPage, restaurantPaper } from '../view/organise/restaurant.ts';
import type { Guarded } from './guard.ts';
import { sendPdf } from './paper.ts';

/** What the restaurant is told: how many eat what, table by table, without a name; as a page, a PDF and a CSV. */
export function restaurant(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/restaurant';
  const sheetOf = (req: Request) => restaurantSheet(req.ctx, req.event);

  routes.get(path, 'see', async (req, res) => {
    const sheet = await sheetOf(req);
    if (!sheet.ok) return refusePage(res, sheet.refusal);
    const head = desk(req.event, req.ctx.actor, 'restaurant', site.now());
    res.page('organise/restaurant', restaurantPage(head, req.event, sheet.value, req.ctx.actor), {
      title: t('restaurant:title', { event: req.event.name }),
      section: 'organise',
      robots: 'noindex',
      tape: eventTape(req.event),
    });
  });

  routes.post(`${path}/freeze`, 'manage', async (req, res) => {
    const result = await freezeSheet(req.ctx, req.event.slug);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, deskUrl(req.event, '/restaurant?said=sheet_frozen'));
  });

  routes.get(`${path}.csv`, 'see', async (req, res) => {
    const sheet = await sheetOf(req);
    if (!sheet.ok) return refusePage(res, sheet.refusal);
    res.set('Content-Type', 'text/csv; charset=utf-8');
    res.set('Content-Disposition', `attachment; filename="${req.event.slug}-restaurant.csv"`);
    res.send(restaurantCsv(sheet.value));
  });

  routes.get(`${path}.pdf`, 'see', async (req, res) => {
    const sheet = await sheetOf(req);
    if (!sheet.ok) return refusePage(res, sheet.refusal);
    const pdf = paper(restaurantPaper(req.event, sheet.value, site.now()));
    await sendPdf(res, `${req.event.slug}-restaurant.pdf`, pdf);
  });
}
