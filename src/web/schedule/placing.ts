import type { Request, Response, Router } from 'express';
import { type EventWithSeries, publicEvent } from '../../services/events/queries.ts';
import { placeSession, swapSessions, unplaceSession } from '../../services/grid/commands.ts';
import { readCell } from '../../services/grid/input.ts';
import { keyOf } from '../../services/grid/rules.ts';
import type { Refusal } from '../../shared/result.ts';
import { refusePage, type Site, signedIn, typed } from '../http.ts';
import { scheduleUrl } from '../view/schedule/cells.ts';
import { readLook } from '../view/schedule/look.ts';
import { showSchedule } from './show.ts';

type Work = (req: Request, res: Response, event: EventWithSeries, number: number) => Promise<unknown>;

/** Sessions are put on the grid, moved, swapped, taken off. */
export function placing(site: Site, router: Router) {
  const post = (what: string, work: Work) =>
    router.post(`/events/:slug/sessions/:number/${what}`, signedIn, async (req, res, next) => {
      const event = await publicEvent(site.db, String(req.params.slug));
      const number = /^\d{1,6}$/.test(String(req.params.number)) ? Number(req.params.number) : 0;
      if (!event) return next();
      await work(req, res, event, number);
    });

  post('place', async (req, res, event, number) => {
    const wanted = readCell(typed(req, 'cell'));
    const result = await placeSession(req.ctx, { event: event.slug, session: number, ...wanted });
    if (!result.ok) return again(req, res, event, number, result.refusal, wanted);
    const { before, place } = result.value;
    const moved = before && place && keyOf(before) !== keyOf(place);
    res.redirect(303, placedUrl(event, number, moved ? keyOf(before) : ''));
  });

  post('unplace', async (req, res, event, number) => {
    const result = await unplaceSession(req.ctx, event.slug, number);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, scheduleUrl(event, '?said=session_unplaced'));
  });

  post('swap', async (req, res, event, number) => {
    const other = /^\d{1,6}$/.test(typed(req, 'with')) ? Number(typed(req, 'with')) : 0;
    const result = await swapSessions(req.ctx, event.slug, number, other);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `${placedUrl(event, number, '')}&said=session_swapped`);
  });

  /** The choice once more, with who has the cell and what is free near it. */
  const again = async (
    req: Request,
    res: Response,
    event: EventWithSeries,
    number: number,
    refusal: Refusal,
    wanted: ReturnType<typeof readCell>,
  ) => {
    if (!refusal.code.startsWith('cell_')) return refusePage(res, refusal);
    const look = { ...readLook({}), claim: number };
    await showSchedule(site, req, res, event, look, { refusal, wanted });
  };
}

const placedUrl = (event: EventWithSeries, number: number, from: string): string =>
  scheduleUrl(event, `?placed=${number}${from && `&from=${from}`}`);
