import { type Request, type Response, Router } from 'express';
import { type Card, cardByToken, ownCard, placeByCard, unplaceByCard } from '../services/grid/cards.ts';
import { readCell } from '../services/grid/input.ts';
import { gridOf, starredPairs } from '../services/grid/queries.ts';
import { type Refusal, refuse } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { refusePage, type Site, secretPage, signedIn, statusOf, typed } from './http.ts';
import { cardPage } from './view/card.ts';
import { eventTape } from './view/events.ts';
import { printCardsPage } from './view/print-cards.ts';

/** The cards of paper: what their codes open, and one's own to print. */
export function cards(site: Site): Router {
  const router = Router();
  router.use('/c/:token', secretPage);
  router.get('/c/:token', (req, res) => show(site, req, res));

  router.post('/c/:token/place', async (req, res) => {
    const wanted = readCell(typed(req, 'cell'));
    const placed = await placeByCard(req.ctx, req.params.token, wanted);
    if (!placed.ok) return show(site, req, res, { refusal: placed.refusal, wanted });
    res.redirect(303, `/c/${req.params.token}?said=card_placed`);
  });

  router.post('/c/:token/off', async (req, res) => {
    const off = await unplaceByCard(req.ctx, req.params.token);
    if (!off.ok) return show(site, req, res, { refusal: off.refusal, wanted: { roomId: 0, slotId: 0 } });
    res.redirect(303, `/c/${req.params.token}?said=card_off`);
  });

  router.get('/events/:slug/sessions/:number/card', secretPage, signedIn, async (req, res) => {
    const number = /^\d{1,6}$/.test(String(req.params.number)) ? Number(req.params.number) : 0;
    const card = await ownCard(req.ctx, String(req.params.slug), number);
    if (!card.ok) return refusePage(res, card.refusal);
    const { event, session } = card.value;
    const back = { href: `/events/${event.slug}/sessions/${number}`, text: session.title };
    res.page('cards/print', printCardsPage({ site, event, sessions: [session], back }), {
      title: t('grid:cards.title_one', { number, event: event.name }),
      tape: eventTape(event),
      robots: 'noindex',
    });
  });
  return router;
}

type Refused = { refusal: Refusal; wanted: { roomId: number; slotId: number } };

/** The card's page as it is now; after a refusal with what was wrong, and what can be done instead. */
async function show(site: Site, req: Request, res: Response, refused?: Refused) {
  const token = String(req.params.token);
  const card = await cardByToken(site, token);
  if (!card) return refusePage(res, refuse('not_found', 'link_unknown').refusal);
  res.status(statusFor(card, refused));
  const [grid, pairs] = await Promise.all([
    gridOf(site.db, card.event.id),
    starredPairs(site.db, card.event.id),
  ]);
  const page = cardPage({ ...card, grid, pairs, now: site.now(), path: `/c/${token}`, refused });
  res.page('cards/card', page, {
    title: t('grid:card.title', { number: card.session.number, event: card.event.name }),
    tape: page.tape,
    robots: 'noindex',
  });
}

function statusFor({ session }: Card, refused?: Refused): number {
  if (session.withdrawnAt) return statusOf.gone;
  return refused ? statusOf[refused.refusal.kind] : 200;
}
