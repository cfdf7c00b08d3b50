import { sessionsOf } from '../../../services/sessions/queries.ts';
import { t } from '../../../words/words.ts';
import type { Site } from '../../http.ts';
import { deskUrl } from '../../view/organise/desk.ts';
import { printCardsPage } from '../../view/print-cards.ts';
import type { Guarded } from '../guard.ts';
import { gridFrame } from './grid.ts';

/** The cards of all sessions, or of those that have no place yet, to print and cut. Who holds a card may place its session. */
export function printCards(site: Site, routes: Guarded) {
  routes.get('/organise/events/:slug/cards', 'manage', async (req, res) => {
    const { event } = req;
    const all = await sessionsOf(site.db, event.id);
    const waiting = all.filter((one) => !one.place);
    const only = req.query.waiting !== undefined;
    const here = deskUrl(event, '/cards');
    const page = printCardsPage({
      site,
      event,
      sessions: only ? waiting : all,
      back: { href: deskUrl(event, '/grid'), text: t('grid:heading') },
      filter: [
        { href: here, text: t('grid:pitches.all', { count: all.length }), current: !only },
        {
          href: `${here}?waiting`,
          text: t('grid:pitches.waiting', { count: waiting.length }),
          current: only,
        },
      ],
    });
    res.page('cards/print', page, gridFrame(req, 'grid:cards.title'));
  });
}
