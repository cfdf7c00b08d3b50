import type { Request, Response } from 'express';
import { organisesSite } from '../../services/organising/rules.ts';
import { grantRole, revokeRole } from '../../services/people/commands.ts';
import { team as readTeam } from '../../services/people/members.ts';
import type { Refusal, Result } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf, typed } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { teamPage } from '../view/organise/team.ts';
import type { Guarded, Right } from './guard.ts';

/** Who has a role: on the whole site, and on one event. Organisers of the site name both; those of an event see theirs. */
export function team(site: Site, routes: Guarded) {
  add(site, routes, '/organise/team', 'site');
  add(site, routes, '/organise/events/:slug/team', 'manage');
}

function add(site: Site, routes: Guarded, path: string, right: Right) {
  routes.get(path, right, (req, res) => show(site, req, res));

  routes.post(path, right, async (req, res) => {
    const role = typed(req, 'role') === 'organiser' ? 'organiser' : 'helper';
    const given = { email: typed(req, 'email'), role, eventId: eventIdOf(req) } as const;
    await answer(site, req, res, await grantRole(req.ctx, given), 'role_given');
  });

  routes.post(`${path}/:id/remove`, right, async (req, res) => {
    const id = /^\d{1,9}$/.test(String(req.params.id)) ? Number(req.params.id) : 0;
    await answer(site, req, res, await revokeRole(req.ctx, id, eventIdOf(req)), 'role_taken');
  });
}

/** Null: the team of the whole site. */
const eventIdOf = (req: Request): number | null => req.event?.id ?? null;

async function answer(site: Site, req: Request, res: Response, result: Result<unknown>, said: string) {
  if (!result.ok) return show(site, req, res, result.refusal);
  const path = req.event ? deskUrl(req.event, '/team') : '/organise/team';
  res.redirect(303, `${path}?said=${said}`);
}

async function show(site: Site, req: Request, res: Response, refusal?: Refusal) {
  const { actor } = req.ctx;
  const members = await readTeam(req.ctx, eventIdOf(req));
  if (!members.ok) return refusePage(res, members.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const page = teamPage({
    desk: req.event && desk(req.event, actor, 'team', site.now()),
    members: members.value,
    mayChange: organisesSite(actor),
    personId: actor.personId,
    typed: { email: typed(req, 'email'), role: typed(req, 'role') || 'helper' },
    refusal,
  });
  res.page('organise/team', page, {
    title: req.event ? t('organise:team.title', { event: req.event.name }) : t('organise:team.site_title'),
    section: 'organise',
    robots: 'noindex',
    tape: req.event && eventTape(req.event),
  });
}
