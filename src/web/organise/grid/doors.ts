import { pipeline } from 'node:stream/promises';
import { doorSheets } from '../../../feeds/door-sheets.ts';
import { gridOf } from '../../../services/grid/queries.ts';
import { t } from '../../../words/words.ts';
import { errorPage, type Site } from '../../http.ts';
import { doorAbout, doorSheetsOf } from '../../view/organise/grid/doors.ts';
import type { Guarded } from '../guard.ts';

/** What hangs on the doors of the rooms, as a PDF. */
export function doors(site: Site, routes: Guarded) {
  routes.get('/organise/events/:slug/doors.pdf', 'see', async (req, res) => {
    const { event } = req;
    const sheets = doorSheetsOf(event, await gridOf(site.db, event.id));
    if (sheets.length === 0) return errorPage(res, 404, t('grid:doors.none'));
    res.set('Content-Type', 'application/pdf');
    res.set('Content-Disposition', `inline; filename="${event.slug}-doors.pdf"`);
    try {
      await pipeline(doorSheets(sheets, doorAbout(event, site.baseUrl, site.now())), res);
    } catch (error) {
      // Whoever went away before the end wants no more of it, and made no fault of ours.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  });
}
