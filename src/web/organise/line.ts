import type { Request, Response } from 'express';
import { moveAttendee } from '../../services/registrations/commands.ts';
import { lineOf } from '../../services/registrations/standing.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { linePage } from '../view/organise/line.ts';
import type { Guarded } from './guard.ts';

/** The whole waiting list, and why each stands where it does. */
export function line(site: Site, routes: Guarded) {
  const path = '/organise/events/:slug/line';
  routes.get(path, 'see', (req, res) => show(site, req, res));

  const moves = { 'give-place': 'give_place', 'to-front': 'to_front', cancel: 'cancel' } as const;
  for (const [word, move] of Object.entries(moves))
    routes.post(`${path}/:id/${word}`, 'manage', async (req, res) => {
      const id = /^\d{1,9}$/.test(String(req.params.id)) ? Number(req.params.id) : 0;
      const result = await moveAttendee(req.ctx, req.event.slug, id, move);
      if (!result.ok) return show(site, req, res, result.refusal);
      res.redirect(303, deskUrl(req.event, '/line?said=line_changed'));
    });
}

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const after = /^-?\d{1,9}$/.test(String(req.query.after)) ? Number(req.query.after) : undefined;
  const found = await lineOf(req.ctx, req.event, after);
  if (!found.ok) return refusePage(res, found.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'line', site.now());
  res.page(
    'organise/line',
    linePage({ desk: head, event: req.event, actor: req.ctx.actor, ...found.value, refusal }),
    {
      title: t('line:title', { event: req.event.name }),
      section: 'organise',
      robots: 'noindex',
      tape: eventTape(req.event),
    },
  );
}
