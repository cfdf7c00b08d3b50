import type { Request, Response } from 'express';
import { addSlots, editSlot, removeSlot } from '../../../services/grid/commands.ts';
import { slotsOf } from '../../../services/grid/queries.ts';
import { type Refusal, refuse } from '../../../shared/result.ts';
import { instantOf } from '../../../shared/time.ts';
import { refusePage, type Site, typed } from '../../http.ts';
import { desk, deskUrl } from '../../view/organise/desk.ts';
import { newSlot, type SlotForm, slotForm, slotPage } from '../../view/organise/grid/slot.ts';
import { insteadOf } from '../event-body.ts';
import type { Guarded } from '../guard.ts';
import { gridFrame, idOf, refused } from './grid.ts';

/** The times of a grid: one or many at once, and what all do together. */
export function slots(site: Site, routes: Guarded) {
  const below = '/organise/events/:slug/grid/slots';
  routes.get(`${below}/new`, 'manage', async (req, res) => {
    const there = await slotsOf(site.db, req.event.id);
    show(site, req, res, newSlot(req.event, there, req.query.common !== undefined));
  });

  routes.post(`${below}/new`, 'manage', async (req, res) => {
    const form = readForm(req);
    const added = await addSlots(req.ctx, req.event.slug, form);
    if (!added.ok) return show(site, req, res, form, { refusal: added.refusal });
    const said = added.value.length > 1 ? 'slots_added' : 'slot_added';
    res.redirect(303, deskUrl(req.event, `/grid?said=${said}#times`));
  });

  routes.get(`${below}/:id`, 'manage', (req, res) => showSlot(site, req, res));

  routes.post(`${below}/:id`, 'manage', async (req, res) => {
    const saved = await editSlot(req.ctx, req.event.slug, idOf(req), readForm(req));
    if (!saved.ok) return showSlot(site, req, res, { refusal: saved.refusal, form: readForm(req) });
    res.redirect(303, deskUrl(req.event, '/grid?said=slot_saved#times'));
  });

  routes.post(`${below}/:id/remove`, 'manage', async (req, res) => {
    const removed = await removeSlot(req.ctx, req.event.slug, idOf(req));
    if (!removed.ok) return showSlot(site, req, res, { refusal: removed.refusal });
    res.redirect(303, deskUrl(req.event, '/grid?said=slot_removed#times'));
  });
}

/** The form as it was sent; where the clocks skip a time, the one that was chosen instead. */
function readForm(req: Request): SlotForm {
  const moment = (name: 'startsAt' | 'endsAt') => {
    const [wall, instead] = [typed(req, name), typed(req, insteadOf(name))];
    const read = instantOf(wall, req.event.zone);
    return instead && 'code' in read && read.code === 'time_gap' ? instead : wall;
  };
  return {
    common: typed(req, 'common'),
    title: typed(req, 'title'),
    startsAt: moment('startsAt'),
    startsFold: typed(req, 'startsFold'),
    endsAt: moment('endsAt'),
    endsFold: typed(req, 'endsFold'),
    minutes: typed(req, 'minutes'),
    gap: typed(req, 'gap'),
    zone: req.event.zone,
  };
}

async function showSlot(
  site: Site,
  req: Request,
  res: Response,
  { refusal, form }: { refusal?: Refusal; form?: SlotForm } = {},
) {
  const slot = (await slotsOf(site.db, req.event.id)).find((one) => one.id === idOf(req));
  if (!slot) return refusePage(res, refuse('not_found', 'slot_unknown').refusal);
  show(site, req, res, form ?? slotForm(req.event, slot), { refusal, id: slot.id });
}

function show(
  site: Site,
  req: Request,
  res: Response,
  form: SlotForm,
  { refusal, id }: { refusal?: Refusal; id?: number } = {},
) {
  refused(res, refusal);
  const head = desk(req.event, req.ctx.actor, 'grid', site.now());
  res.page(
    'organise/grid/slot',
    slotPage({ desk: head, event: req.event, form, id, refusal }),
    gridFrame(req, id ? 'grid:slot.title' : 'grid:slot.title_new'),
  );
}
