import { type Request, type Response, Router } from 'express';
import { passOffer, resizeParty, skipOffer, takeOffer } from '../services/registrations/parties.ts';
import { membersOf, portionsFree, registrationByToken } from '../services/registrations/queries.ts';
import { reconfirm } from '../services/registrations/reconfirm.ts';
import { type Refusal, refuse } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { refusePage, type Site, secretPage, statusOf, typed } from './http.ts';
import { type MemberRow, pressedGuest, readParty } from './party-body.ts';
import { changePartyPage } from './view/change-party.ts';
import { rowTape } from './view/registration.ts';

/** What can be done with the party of a manage link: who comes, and the answer to an offer. A GET changes nothing. */
export function parties(site: Site): Router {
  const router = Router();
  router.use('/r/:token/party', secretPage);
  router.get('/r/:token/party', (req, res) => show(site, req, res));

  router.post('/r/:token/party', async (req, res) => {
    const rows = readParty(req.body ?? {});
    const pressed = pressedGuest(rows, req.body?.do);
    if (pressed) return show(site, req, res, { rows: pressed });
    const token = String(req.params.token);
    const result = await resizeParty(req.ctx, { token }, rows, typed(req, 'near'));
    if (result.ok) return res.redirect(303, `/r/${token}?said=party_changed`);
    if (result.refusal.code === 'link_unknown') return refusePage(res, result.refusal);
    res.status(statusOf[result.refusal.kind]);
    await show(site, req, res, { rows, refusal: result.refusal });
  });

  router.post('/r/:token/coming', async (req, res) => {
    const result = await reconfirm(req.ctx, { token: String(req.params.token) });
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `/r/${req.params.token}?said=reconfirmed`);
  });

  const answers = { take: takeOffer, pass: passOffer, skip: skipOffer };
  for (const [word, answer] of Object.entries(answers))
    router.post(`/r/:token/${word}`, async (req, res) => {
      const token = String(req.params.token);
      const result = await answer(req.ctx, { token });
      if (!result.ok) return refusePage(res, result.refusal);
      res.redirect(303, `/r/${token}?said=offer_${word}`);
    });
  return router;
}

type Shown = { rows?: MemberRow[]; refusal?: Refusal };

async function show(site: Site, req: Request, res: Response, { rows, refusal }: Shown = {}) {
  const row = await registrationByToken(site, String(req.params.token));
  if (!row) return refusePage(res, refuse('not_found', 'link_unknown').refusal);
  if (row.state === 'cancelled') return refusePage(res, gone(row.event.name));
  const [portions, members] = await Promise.all([
    portionsFree(site.db, row.event),
    rows ? undefined : membersOf(site.db, [row.id]),
  ]);
  const page = changePartyPage({
    row,
    rows: rows ?? (members!.get(row.id) ?? []).map((one) => ({ ...one, name: one.name ?? '' })),
    near: rows ? typed(req, 'near') : row.near,
    portions,
    path: `/r/${req.params.token}`,
    refusal,
  });
  res.page('registrations/party-form', page, {
    title: t('party:manage.change_title', { event: row.event.name }),
    section: 'events',
    tape: rowTape(row),
    robots: 'noindex',
  });
}

const gone = (event: string): Refusal => refuse('gone', 'registration_cancelled', { event }).refusal;
