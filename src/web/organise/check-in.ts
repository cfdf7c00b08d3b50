import type { Request, Response } from 'express';
import { checkIn as mark, undoCheckIn } from '../../services/arrivals/commands.ts';
import { doorList } from '../../services/arrivals/queries.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { checkInPage } from '../view/organise/check-in.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import type { Guarded } from './guard.ts';

/** The door: a name or a ticket's code is looked for, and one press marks who has come; another takes it back. */
export function checkIn(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/check-in';
  routes.get(path, 'see', (req, res) => show(site, req, res));

  routes.post(path, 'see', async (req, res) => {
    const position = typed(req, 'position') === 'all' ? ('all' as const) : numberOf(typed(req, 'position'));
    const who = { registration: numberOf(typed(req, 'registration')), position };
    const undo = typed(req, 'do') === 'undo';
    const result = await (undo ? undoCheckIn : mark)(req.ctx, req.event.slug, who);
    if (!result.ok) return show(site, req, res, result.refusal);
    const { fresh } = result.value;
    const said = undo ? 'check_in_undone' : fresh > 0 ? 'checked_in' : 'check_in_before';
    const query = new URLSearchParams({ q: typed(req, 'q'), said });
    res.redirect(303, deskUrl(req.event, `/check-in?${query}#r-${who.registration}`));
  });
}

const numberOf = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : -1);

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const search = typed(req, 'q') || (typeof req.query.q === 'string' ? req.query.q : '');
  const list = await doorList(req.ctx, req.event, search);
  if (!list.ok) return refusePage(res, list.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'check-in', site.now());
  res.page(
    'organise/check-in',
    checkInPage({ desk: head, event: req.event, list: list.value, search, refusal }),
    {
      title: t('door:title', { event: req.event.name }),
      section: 'organise',
      robots: 'noindex',
      tape: eventTape(req.event),
    },
  );
}
