import type { Request, Response, Router } from 'express';
import type { EventWithSeries } from '../../services/events/queries.ts';
import { roomsOf } from '../../services/grid/queries.ts';
import { addHost, editSession, removeHost } from '../../services/sessions/commands.ts';
import { type Session, tagsOf } from '../../services/sessions/queries.ts';
import { mayHold } from '../../services/sessions/rules.ts';
import { ok, type Refusal, type Result, refuse } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, signedIn, statusOf, typed } from '../http.ts';
import { sessionTapes, sessionUrl } from '../view/session-card.ts';
import { sessionFormPage } from '../view/session-form.ts';
import { findSession } from './find.ts';
import { readSessionForm, rebased, type SessionForm, sessionForm } from './form-body.ts';

/** Editing a session: its texts, its links, who holds it. One form, and one button that saves all of it. */
export function editing(site: Site, router: Router) {
  router.get('/events/:slug/sessions/:n/edit', signedIn, async (req, res, next) => {
    const found = await findSession(site, req);
    if (!found) return next();
    if (!mayHold(req.ctx.actor, found.session)) return refusePage(res, notHost(found.session));
    await showForm(site, req, res, { ...found, form: sessionForm(found.session) });
  });

  router.post('/events/:slug/sessions/:n/edit', async (req, res, next) => {
    const found = await findSession(site, req);
    if (!found) return next();
    const form = readSessionForm(req.body ?? {});
    if (typed(req, 'do') === 'preview') return showForm(site, req, res, { ...found, form });
    const saved = await save(req, found, form);
    if (saved.ok)
      return res.redirect(303, `${sessionUrl(found.event, found.session.number)}?said=session_saved`);
    await showRefused(site, req, res, form, saved.refusal);
  });
}

type Found = { event: EventWithSeries; session: Session };

const notHost = ({ title }: Session): Refusal => refuse('forbidden', 'not_host', { title }).refusal;

/** The texts, then who is added, then who is taken off: a later step is not taken when an earlier one is refused. */
async function save(req: Request, { event, session }: Found, form: SessionForm): Promise<Result<null>> {
  if (!req.person) return refuse('forbidden', 'not_signed_in');
  const { slug } = event;
  const { number } = session;
  const raw = { ...form.typed, links: form.links };
  const saved = await editSession(req.ctx, slug, number, raw, form.typed.seen);
  if (!saved.ok) return saved;
  // If a later step is refused, the form is sent again on top of what has been saved.
  const { seen, was } = sessionForm(saved.value).typed;
  Object.assign(form.typed, { seen, was });
  const added = form.typed.email!.trim() ? await addHost(req.ctx, slug, number, form.typed.email!) : saved;
  if (!added.ok) return added;
  const left = form.unhost.length > 0 ? await removeHost(req.ctx, slug, number, ...form.unhost) : saved;
  return left.ok ? ok(null) : left;
}

/** The form again as it was sent. After somebody else's change the session is read anew, to show what is different. */
async function showRefused(site: Site, req: Request, res: Response, form: SessionForm, refusal: Refusal) {
  const found = (await findSession(site, req))!;
  res.status(statusOf[refusal.kind]);
  const again = refusal.code === 'session_changed' ? rebased(form, found.session) : form;
  // The texts were saved, and what came after them was refused.
  const saved = form.typed.seen !== typed(req, 'seen');
  await showForm(site, req, res, { ...found, form: again, refusal, saved });
}

type Shown = Found & { form: SessionForm; refusal?: Refusal; saved?: boolean };

async function showForm(site: Site, req: Request, res: Response, shown: Shown) {
  const { event, session, form, refusal } = shown;
  const [rooms, tags] = await Promise.all([roomsOf(site.db, event.id), tagsOf(site.db, event.id)]);
  const preview = typed(req, 'do') === 'preview';
  const personId = req.person?.id;
  const page = sessionFormPage({ event, session, form, refusal, preview, rooms, tags, personId });
  // It holds what somebody typed.
  res.set('Cache-Control', 'no-store').page('sessions/form', page, {
    title: t('sessions:form.edit_title', { title: session.title }),
    section: 'events',
    tape: sessionTapes[session.kind],
    robots: 'noindex',
    script: 'sessions.js',
    ...(shown.saved ? { flash: { kind: 'ok' as const, text: t('sessions:form.rest_saved') } } : {}),
  });
}
