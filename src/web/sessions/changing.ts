import type { Router } from 'express';
import { restoreSession, withdrawSession } from '../../services/sessions/commands.ts';
import { refusePage, type Site, signedIn } from '../http.ts';
import { sessionUrl } from '../view/session-card.ts';
import { numberIn } from './find.ts';

/** Taking a session back, and taking that back. */
export function changing(_site: Site, router: Router) {
  const steps = {
    withdraw: { command: withdrawSession, said: 'session_withdrawn' },
    restore: { command: restoreSession, said: 'session_restored' },
  };
  for (const [step, { command, said }] of Object.entries(steps))
    router.post(`/events/:slug/sessions/:n/${step}`, signedIn, async (req, res) => {
      const slug = String(req.params.slug);
      const result = await command(req.ctx, slug, numberIn(req));
      if (!result.ok) return refusePage(res, result.refusal);
      res.redirect(303, `${sessionUrl({ slug }, numberIn(req))}?said=${said}`);
    });
}
