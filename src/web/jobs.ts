import { type Request, type Response, Router } from 'express';
import { dropJob, retryDeadJobs, retryJob } from '../jobs/commands.ts';
import { heldMails, letHeldMailsGo } from '../jobs/held.ts';
import { countJobs, jobSizes, listJobs } from '../jobs/queries.ts';
import { stalledLanes } from '../jobs/stalled.ts';
import type { Result } from '../shared/result.ts';
import { t } from '../words/words.ts';
import { refusePage, type Site, signedIn, typed } from './http.ts';
import { heldView } from './view/held.ts';
import { jobsPage, readJobCursor, readJobState } from './view/jobs.ts';

const size = 50;

/** `/organise/jobs`: what waits, what fails and why, what was given up; trying again and dropping. */
export function jobs(site: Site): Router {
  const router = Router();
  router.use('/organise/jobs', signedIn);
  router.get('/organise/jobs', async (req, res) => {
    const counts = await countJobs(req.ctx);
    if (!counts.ok) return refusePage(res, counts.refusal);
    const state = readJobState(req.query.state, counts.value);
    const rows = await listJobs(req.ctx, state, size + 1, readJobCursor(req.query.after));
    if (!rows.ok) return refusePage(res, rows.refusal);
    const sizes = await jobSizes(req.ctx);
    if (!sizes.ok) return refusePage(res, sizes.refusal);
    res.set('Cache-Control', 'no-store');
    const now = site.now();
    const [stalled, held] = await Promise.all([stalledLanes(site), heldMails(site)]);
    const given = { state, rows: rows.value, size, counts: counts.value, stalled, now };
    const page = jobsPage({ ...given, sizes: sizes.value });
    const shown = { ...page, held: heldView(held, now) };
    res.page('organise/jobs', shown, { title: t('jobs:title'), section: 'organise', wide: true });
  });

  router.post('/organise/jobs/held', async (req, res) => {
    done(req, res, await letHeldMailsGo(req.ctx), 'held_gone');
  });
  router.post('/organise/jobs/retry-dead', async (req, res) => {
    done(req, res, await retryDeadJobs(req.ctx), 'jobs_retried');
  });
  router.post('/organise/jobs/:id/retry', async (req, res) => {
    done(req, res, await retryJob(req.ctx, req.params.id), 'job_retried');
  });
  router.post('/organise/jobs/:id/drop', async (req, res) => {
    done(req, res, await dropJob(req.ctx, req.params.id), 'job_dropped');
  });
  return router;
}

function done(req: Request, res: Response, result: Result<unknown>, said: string) {
  if (!result.ok) return refusePage(res, result.refusal);
  const state = /^[a-z]{1,10}$/.test(typed(req, 'state')) ? `state=${typed(req, 'state')}&` : '';
  res.redirect(303, `/organise/jobs?${state}said=${said}`);
}
