import { Router } from 'express';
import { pulseOf } from '../db/pulse.ts';
import type { Site } from './http.ts';
import { stalledText } from './view/jobs.ts';

/**
 * `/healthz`: the process lives. `/readyz`: send it requests (the database answers within two seconds, and it is not on its way out); more lines say which jobs
 * are not done. Those are no reason to send it no requests: people can still register.
 */
export function health(site: Site): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').type('text').send('ok\n');
  });
  router.get('/readyz', async (_req, res) => {
    const ready = !site.stopping() && (await pulseOf(site.db).outage(2000)) === undefined;
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .type('text')
      .send([ready ? 'ready' : 'not ready', ...(site.stalled?.() ?? []).map(stalledText), ''].join('\n'));
  });
  return router;
}
