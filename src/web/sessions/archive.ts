import type { Router } from 'express';
import { archivedSessions } from '../../services/sessions/across-events.ts';
import { t } from '../../words/words.ts';
import type { Site } from '../http.ts';
import { archivePage, readArchiveAsked } from '../view/session-archive.ts';

const size = 30;

/** `/sessions`: what was held at all events, to be searched. */
export function archive(site: Site, router: Router) {
  router.get('/sessions', async (req, res) => {
    const asked = readArchiveAsked(req.query);
    const rows = await archivedSessions(site.db, asked, site.now(), size + 1);
    const page = archivePage(rows, asked, size);
    res.page('sessions/archive', page, {
      title: page.heading,
      section: 'events',
      description: t('sessions:archive.lead'),
      canonical: `${site.baseUrl}/sessions`,
      robots: asked.words ? 'noindex' : undefined,
    });
  });
}
