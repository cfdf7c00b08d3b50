import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { createEvent, updateEvent } from '../../services/events/commands.ts';
import { setImage } from '../../services/events/images.ts';
import { readCapacity, readEvent, saysYes } from '../../services/events/input.ts';
import { allSeries, type EventWithSeries, eventBySlug, lastZone } from '../../services/events/queries.ts';
import { setCapacity } from '../../services/registrations/commands.ts';
import { nonce } from '../../shared/ids.ts';
import { invalid, ok, type Refusal, type Result } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { type Site, sentKey, statusOf } from '../http.ts';
import { eventTape } from '../view/events.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { eventFormPage } from '../view/organise/event-form.ts';
import {
  changed,
  type EventForm,
  eventForm,
  eventInput,
  filled,
  pressed,
  readEventForm,
  rebased,
} from './event-body.ts';
import type { Guarded } from './guard.ts';
import { formWithImage, imageOf } from './upload.ts';

/** Making an event, and changing one. Both have the same form; each of its buttons sends all of it. */
export function editing(site: Site, routes: Guarded) {
  routes.get('/organise/events/new', 'site', async (_req, res) => {
    const zone = (await lastZone(site.db)) ?? '';
    await showForm(site, res, {
      typed: {
        nonce: nonce(),
        zone,
        waitingList: 'yes',
        kind: 'meetup',
        partyMost: '1',
        line: 'automatic',
        offerHours: '24',
      },
      rows: [],
    });
  });

  routes.post('/organise/events/new', 'site', formWithImage, async (req, res) => {
    const { form, image } = await readSent(req);
    if (await pressedButton(site, req, res, form, image)) return;
    const made = image
      ? withIssues(form, image)
      : await createEvent(req.ctx, { ...eventInput(form), requestKey: requestKey(req, form) });
    if (!made.ok) return showRefused(site, res, form, made.refusal);
    // A form that comes again without its file takes no image away.
    const imageId = imageIn(form);
    const shown = imageId === null || (await setImage(req.ctx, made.value.slug, imageId)).ok;
    res.redirect(303, deskUrl(made.value, `?said=${shown ? 'event_made' : 'event_made_plain'}`));
  });

  routes.get('/organise/events/:slug/edit', 'manage', async (req, res) => {
    await showForm(site, res, eventForm(req.event), { req });
  });

  routes.post('/organise/events/:slug/edit', 'manage', formWithImage, async (req, res) => {
    const { form, image } = await readSent(req);
    if (await pressedButton(site, req, res, form, image, req)) return;
    const saved = image ? withIssues(form, image) : await save(req, form);
    if (saved.ok) return res.redirect(303, deskUrl({ slug: saved.value }, '?said=event_saved'));
    await showRefused(site, res, form, saved.refusal, req);
  });
}

/** The form that was sent; a file in it is kept at once, so that it is still there when something else is refused. */
async function readSent(req: Request): Promise<{ form: EventForm; image?: Refusal }> {
  const form = readEventForm(req.body ?? {});
  const image = await imageOf(req);
  if (!image.ok) return { form, image: image.refusal };
  return { form: { ...form, typed: { ...form.typed, imageId: image.value } } };
}

/** The event itself, then its places, then its image: a later step is not taken when an earlier one is refused. */
async function save(req: Request, form: EventForm): Promise<Result<string>> {
  const { typed } = form;
  const version = /^\d{1,9}$/.test(typed.version ?? '') ? Number(typed.version) : -1;
  const saved = await updateEvent(req.ctx, req.event.slug, version, eventInput(form));
  if (!saved.ok) return saved;
  const { slug } = saved.value;
  // If a later step is refused, the form is sent again on top of what has been saved.
  typed.version = String(saved.value.version);
  if (changed(form, 'capacity') || changed(form, 'waitingList')) {
    const places = await setCapacity(
      req.ctx,
      slug,
      readCapacity(typed.capacity, []),
      saysYes(typed.waitingList),
    );
    if (!places.ok) return places;
  }
  if (!changed(form, 'imageId')) return ok(slug);
  const shown = await setImage(req.ctx, slug, imageIn(form));
  return shown.ok ? ok(slug) : shown;
}

/** Whoever goes back and makes the form one of another event means a second one, whatever nonce the browser still has. */
function requestKey(req: Request, { typed }: EventForm): string | undefined {
  const sent = sentKey(req);
  const event = createHash('sha256').update([typed.name, typed.slug, typed.startsAt].join('\n'));
  return sent && `${sent}:${event.digest('base64url').slice(0, 16)}`;
}

const imageIn = ({ typed }: EventForm): number | null => (typed.imageId ? Number(typed.imageId) : null);

/** A button of the question editor was pressed: the form again, with its rows changed and nothing judged yet. */
async function pressedButton(
  site: Site,
  sent: Request,
  res: Response,
  form: EventForm,
  refusal: Refusal | undefined,
  req?: Request,
): Promise<boolean> {
  const rows = pressed(form.rows, sent.body?.do);
  if (!rows) return false;
  if (refusal) res.status(statusOf[refusal.kind]);
  await showForm(site, res, { ...form, rows }, { req, refusal });
  return true;
}

/** All that is wrong with the form, the image included. */
function withIssues(form: EventForm, refusal: Refusal): Result<never> {
  if (!refusal.issues) return { ok: false, refusal };
  return invalid([...readEvent(eventInput(form)).issues, ...refusal.issues]);
}

/** The form again as it was sent. After somebody else's change the event is read anew, to show what is different. */
async function showRefused(site: Site, res: Response, form: EventForm, refusal: Refusal, req?: Request) {
  res.status(statusOf[refusal.kind]);
  if (!req || refusal.code !== 'changed_meanwhile')
    return showForm(site, res, filled(form), { req, refusal });
  req.event = (await eventBySlug(site.db, req.event.slug)) ?? req.event;
  await showForm(site, res, filled(rebased(form, req.event)), { req, refusal });
}

async function showForm(
  site: Site,
  res: Response,
  form: EventForm,
  { req, refusal }: { req?: Request; refusal?: Refusal } = {},
) {
  const event: EventWithSeries | undefined = req?.event;
  const series = (await allSeries(site.db)).map((one) => one.name);
  const head = req && event && desk(event, req.ctx.actor, 'edit', site.now());
  res.page('organise/event-form', eventFormPage({ desk: head, event, form, refusal, series }), {
    title: event ? t('organise:form.title', { event: event.name }) : t('organise:form.new'),
    section: 'organise',
    robots: 'noindex',
    tape: event && eventTape(event),
    script: 'organise.js',
  });
}
