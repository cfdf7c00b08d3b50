import { Router } from 'express';
import type { Site } from './http.ts';
import { stalledText } from './view/jobs.ts';

/**
 * `/healthz`: the process lives. `/readyz`: send it requests (the database answers, and it is not on its way out); more lines say which jobs
 * are not done. Those are no reason to send it no requests: people can still register.
 */
export function health(site: Site): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').type('text').send('ok\n');
  });
  router.get('/readyz', async (_req, res) => {
    const ready = !site.stopping() && (await answers(site));
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .type('text')
      .send([ready ? 'ready' : 'not ready', ...(site.stalled?.() ?? []).map(stalledText), ''].join('\n'));
  });
  return router;
}

/** A database that has not answered within two seconds is as good as none. */
async function answers(site: Site): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false).unref());
  const asked = site.db.$client.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]);
}
