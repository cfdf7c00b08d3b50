import type { Router } from 'express';
import { answerInvitation } from '../../services/sessions/commands.ts';
import { invitationTo } from '../../services/sessions/inviting.ts';
import { refuse } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, signedIn, typed } from '../http.ts';
import { sessionTapes, sessionUrl } from '../view/session-card.ts';
import { findSession, numberIn } from './find.ts';

/** Somebody who was asked to hold a session with others says yes or no. */
export function invited(site: Site, router: Router) {
  const path = '/events/:slug/sessions/:n/invitation';
  router.get(path, signedIn, async (req, res, next) => {
    const found = await findSession(site, req);
    if (!found) return next();
    const { event, session } = found;
    const invitation = await invitationTo(site.db, session.id, req.person!.id);
    if (!invitation || session.withdrawnAt)
      return refusePage(res, refuse('not_found', 'not_invited').refusal);
    const href = sessionUrl(event, session.number);
    const page = {
      event: { name: event.name, href: `/events/${event.slug}` },
      session: { title: session.title, href },
      lead: t('sessions:invitation.lead', { by: invitation.by, title: session.title, event: event.name }),
      action: `${href}/invitation`,
    };
    res.page('sessions/invitation', page, {
      title: t('sessions:invitation.heading'),
      section: 'events',
      tape: sessionTapes[session.kind],
      robots: 'noindex',
    });
  });

  router.post(path, signedIn, async (req, res) => {
    const slug = String(req.params.slug);
    const yes = typed(req, 'answer') === 'yes';
    const result = await answerInvitation(req.ctx, slug, numberIn(req), yes);
    if (!result.ok) return refusePage(res, result.refusal);
    res.redirect(303, `${sessionUrl({ slug }, numberIn(req))}?said=${yes ? 'host_yes' : 'host_no'}`);
  });
}
