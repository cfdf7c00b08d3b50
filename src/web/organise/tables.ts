import type { Request, Response } from 'express';
import { paper, placeCards } from '../../feeds/papers.ts';
import { hallOf } from '../../services/dinners/hall.ts';
import { suggestTables } from '../../services/dinners/seating.ts';
import { seatEverybody, seatGuest } from '../../services/dinners/seats.ts';
import { addSuggested, addTables, editTable, removeTable } from '../../services/dinners/tables.ts';
import type { Refusal, Result } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { type Site, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { cardsOf, planOf } from '../view/organise/seating-papers.ts';
import { tablesPage } from '../view/organise/tables.ts';
import type { Guarded } from './guard.ts';
import { sendPdf } from './paper.ts';

/** Tables, and who sits where: by select box, by keyboard, by dragging, or all at once; place cards and a plan to print. */
export function tables(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/tables';
  routes.get(path, 'see', (req, res) => show(site, req, res));

  routes.post(path, 'manage', async (req, res) => {
    const { slug } = req.event;
    const suggested = typed(req, 'do') === 'suggested';
    const result = suggested
      ? await addSuggested(
          req.ctx,
          slug,
          suggestTables((await hallOf(site.db, req.event.id)).guests.length),
          t,
        )
      : await addTables(req.ctx, slug, { count: req.body?.count, seats: req.body?.seats }, t);
    await answer(site, req, res, result, '?said=tables_added');
  });

  routes.post(`${path}/seat`, 'manage', async (req, res) => {
    const [registration, position, from, to] = ['registration', 'position', 'from', 'to'].map((one) =>
      typed(req, one),
    );
    const who = {
      registration: idOf(registration),
      position: position === 'all' ? ('all' as const) : idOf(position),
    };
    const seen = from === undefined || from === '' ? undefined : tableOf(from);
    const result = await seatGuest(req.ctx, req.event.slug, who, tableOf(to), seen);
    // Back again is the same the other way round.
    const undo = [registration, position, to || 'none', from || 'none'].join('.');
    await answer(
      site,
      req,
      res,
      result,
      `?said=seated&undo=${encodeURIComponent(undo)}#g-${who.registration}-${position === 'all' ? 0 : who.position}`,
    );
  });

  routes.post(`${path}/everybody`, 'manage', async (req, res) => {
    const result = await seatEverybody(req.ctx, req.event.slug, typed(req, 'afresh') === 'yes');
    const left = result.ok && result.value.left > 0;
    await answer(site, req, res, result, `?said=${left ? 'seats_short' : 'seated_all'}`);
  });

  routes.post(`${path}/:id`, 'manage', async (req, res) => {
    const raw = { name: req.body?.name, seats: req.body?.seats };
    await answer(
      site,
      req,
      res,
      await editTable(req.ctx, req.event.slug, idOf(req.params.id), raw),
      '?said=table_saved',
    );
  });

  routes.post(`${path}/:id/remove`, 'manage', async (req, res) => {
    await answer(
      site,
      req,
      res,
      await removeTable(req.ctx, req.event.slug, idOf(req.params.id)),
      '?said=table_removed',
    );
  });

  routes.get('/organise/events/:slug/place-cards.pdf', 'see', async (req, res) => {
    const cards = cardsOf(req.event, await hallOf(site.db, req.event.id));
    await sendPdf(
      res,
      `${req.event.slug}-place-cards.pdf`,
      placeCards(cards, t('tables:cards_title', { event: req.event.name })),
    );
  });

  routes.get('/organise/events/:slug/table-plan.pdf', 'see', async (req, res) => {
    const plan = planOf(req.event, await hallOf(site.db, req.event.id), site.now());
    await sendPdf(res, `${req.event.slug}-table-plan.pdf`, paper(plan));
  });
}

const idOf = (text: unknown): number => (/^\d{1,9}$/.test(String(text)) ? Number(text) : 0);
/** `none` and nothing are no table. */
const tableOf = (text: unknown): number | null => idOf(text) || null;

async function answer(site: Site, req: Request, res: Response, result: Result<unknown>, next: string) {
  if (result.ok) return res.redirect(303, deskUrl(req.event, `/tables${next}`));
  await show(site, req, res, result.refusal);
}

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  if (refusal) res.status(statusOf[refusal.kind]);
  const page = tablesPage({
    desk: desk(req.event, req.ctx.actor, 'tables', site.now()),
    event: req.event,
    actor: req.ctx.actor,
    hall: await hallOf(site.db, req.event.id),
    undo: typeof req.query.undo === 'string' ? req.query.undo : undefined,
    typed: { count: typed(req, 'count') || '1', seats: typed(req, 'seats') || '10' },
    refusal,
  });
  res.page('organise/tables', page, {
    title: t('tables:title', { event: req.event.name }),
    section: 'organise',
    robots: 'noindex',
    tape: eventTape(req.event),
    script: 'tables.js',
  });
}
