import type { Request, Response } from 'express';
import { readCapacity, saysYes } from '../../services/events/input.ts';
import {
  addAttendee,
  type Move,
  moveAttendee,
  revokeLink,
  setCapacity,
} from '../../services/registrations/commands.ts';
import { listAttendees } from '../../services/registrations/list.ts';
import { lastCancellation } from '../../services/registrations/many.ts';
import { portionsFree } from '../../services/registrations/queries.ts';
import { nonce } from '../../shared/ids.ts';
import { type Issue, invalid, type Refusal, type Result, refuse } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf, typed } from '../http.ts';
import { type MemberRow, pressedGuest, readParty } from '../party-body.ts';
import { eventTape } from '../view/events.ts';
import { addPage } from '../view/organise/add.ts';
import { attendeesPage } from '../view/organise/attendees.ts';
import { desk, deskUrl } from '../view/organise/desk.ts';
import { type ListState, queryOf, readBack, readList } from './attendee-url.ts';
import { chosenColumns } from './columns.ts';
import type { Guarded } from './guard.ts';

/** What can be done with a registration from its row, by the end of the path. */
const moves: Record<string, Move> = {
  'give-place': 'give_place',
  'to-front': 'to_front',
  'to-waiting': 'to_waiting',
  cancel: 'cancel',
};

/** The list of an event's registrations, and what organisers do from it. Whatever is done, the list stays where it was. */
export function attendees(site: Site, routes: Guarded) {
  const below = '/organise/events/:slug';
  routes.get(`${below}/attendees`, 'see', async (req, res) => {
    await showList(site, req, res, readList(req.event.questions, req.query));
  });

  routes.get(`${below}/attendees/new`, 'manage', async (req, res) => {
    await showAdd(site, req, res, {}, []);
  });

  routes.post(`${below}/attendees/new`, 'manage', async (req, res) => {
    const body = req.body ?? {};
    const rows = readParty(body);
    const pressed = pressedGuest(rows, body.do);
    if (pressed) return showAdd(site, req, res, body, pressed);
    const result = await addAttendee(req.ctx, {
      event: req.event.slug,
      members: rows.length > 0 ? rows : undefined,
      near: typed(req, 'near'),
      name: typed(req, 'name'),
      email: typed(req, 'email'),
      answers: body,
      beyond: saysYes(body.beyond),
      requestKey: requestKey(body.nonce),
    });
    if (!result.ok) return showAdd(site, req, res, body, rows, result.refusal);
    const said = result.value.state === 'confirmed' ? 'attendee_added' : 'attendee_added_waiting';
    res.redirect(303, deskUrl(req.event, `/attendees?dir=desc&said=${said}`));
  });

  for (const [path, move] of Object.entries(moves))
    routes.post(`${below}/attendees/:id/${path}`, 'manage', (req, res) =>
      act(site, req, res, move, (id) => moveAttendee(req.ctx, req.event.slug, id, move)),
    );
  routes.post(`${below}/attendees/:id/link`, 'manage', (req, res) =>
    act(site, req, res, 'link', (id) => revokeLink(req.ctx, req.event.slug, id)),
  );

  routes.post(`${below}/capacity`, 'manage', async (req, res) => {
    const issues: Issue[] = [];
    const places = readCapacity(typed(req, 'capacity'), issues);
    const list = saysYes(typed(req, 'waitingList'));
    const result =
      issues.length > 0 ? invalid(issues) : await setCapacity(req.ctx, req.event.slug, places, list);
    await answer(site, req, res, result, 'capacity_set', '#places');
  });
}

/** Does it to the registration that `:id` names, and goes back to its row. */
async function act(
  site: Site,
  req: Request,
  res: Response,
  said: string,
  work: (id: number) => Promise<Result<unknown>>,
) {
  const id = String(req.params.id);
  const result = /^\d{1,9}$/.test(id) ? await work(Number(id)) : refuse('not_found', 'registration_unknown');
  await answer(site, req, res, result, `attendee_${said}`, `#r-${id}`);
}

async function answer(
  site: Site,
  req: Request,
  res: Response,
  result: Result<unknown>,
  said: string,
  hash: string,
) {
  const state = readBack(req.event.questions, req.body?.back);
  if (!result.ok) return showList(site, req, res, state, result.refusal);
  const query = queryOf({ ...state.params, ...state.at, said });
  res.redirect(303, deskUrl(req.event, `/attendees${query}${hash}`));
}

async function showList(site: Site, req: Request, res: Response, state: ListState, refusal?: Refusal) {
  const [list, last] = await Promise.all([
    listAttendees(req.ctx, req.event, state.query),
    lastCancellation(req.ctx, req.event.id),
  ]);
  if (!list.ok) return refusePage(res, list.refusal);
  if (refusal) res.status(statusOf[refusal.kind]);
  const page = attendeesPage({
    desk: desk(req.event, req.ctx.actor, 'attendees', site.now()),
    event: req.event,
    actor: req.ctx.actor,
    list: list.value,
    state,
    columns: chosenColumns(req),
    now: site.now(),
    capacityTyped: refusal?.issues && typed(req, 'capacity'),
    refusal,
    last,
  });
  res.page('organise/attendees', page, { ...frame(req, 'attendees.title'), wide: true });
}

async function showAdd(
  site: Site,
  req: Request,
  res: Response,
  given: Record<string, unknown>,
  rows: MemberRow[],
  refusal?: Refusal,
) {
  const portions = await portionsFree(site.db, req.event);
  if (refusal) res.status(statusOf[refusal.kind]);
  const head = desk(req.event, req.ctx.actor, 'attendees', site.now());
  const key = requestKey(given.nonce) ?? `organiser:${nonce()}`;
  res.page(
    'organise/add',
    addPage(head, req.event, given, key, { rows, portions, refusal }),
    frame(req, 'add.title'),
  );
}

const requestKey = (raw: unknown): string | undefined =>
  typeof raw === 'string' && /^organiser:[\w-]{22}$/.test(raw) ? raw : undefined;

const frame = (req: Request, title: string) => ({
  title: t(`organise:${title}`, { event: req.event.name }),
  section: 'organise' as const,
  robots: 'noindex',
  tape: eventTape(req.event),
  script: 'organise.js',
});
