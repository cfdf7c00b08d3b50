import type { Request, Response } from 'express';
import type { EventWithSeries } from '../../services/events/queries.ts';
import { gridOf, lastChange, starredPairs } from '../../services/grid/queries.ts';
import type { pairKey } from '../../services/grid/rules.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { refusedHolding } from '../../services/sessions/rules.ts';
import { refuse } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { refusePage, type Site, statusOf } from '../http.ts';
import { eventTape } from '../view/events.ts';
import type { Refused } from '../view/schedule/choosing.ts';
import { type Look, readLook } from '../view/schedule/look.ts';
import { schedulePage } from '../view/schedule/page.ts';

/** Renders the grid for whoever asks, whatever its size by the same few queries. Gives the page's text. */
export async function showSchedule(
  site: Site,
  req: Request,
  res: Response,
  event: EventWithSeries,
  look: Look = readLook(req.query),
  refused?: Refused,
): Promise<string | undefined> {
  const { actor } = req.ctx;
  const [grid, change, pairs] = await Promise.all([
    gridOf(site.db, event.id, actor.personId),
    lastChange(site.db, event.id),
    look.claim || look.placed
      ? starredPairs(site.db, event.id)
      : new Map<ReturnType<typeof pairKey>, number>(),
  ]);
  const choosing = look.claim ? grid.sessions.find((one) => one.number === look.claim) : undefined;
  const no = look.claim ? whyNot(choosing, look.claim, req) : undefined;
  if (no) return void refusePage(res, no);
  if (refused) res.status(statusOf[refused.refusal.kind]);
  const page = schedulePage({ event, grid, actor, pairs, change, now: site.now(), look, refused });
  return res.page('schedule/schedule', page, {
    title: t('schedule:title', { event: event.name }),
    section: 'events',
    tape: eventTape(event),
    description: t('schedule:description', { event: event.name }),
    canonical: `${site.baseUrl}/events/${event.slug}/schedule`,
    calendar: page.links.calendar,
    robots: look.claim || look.placed ? 'noindex' : undefined,
    wide: true,
    script: 'schedule.js',
  });
}

/** A place is chosen by those who may put the session there: the others are told so before they choose. */
function whyNot(choosing: Session | undefined, number: number, req: Request) {
  const refusal = refusedHolding(req.ctx.actor, choosing, number);
  return refusal?.code === 'not_host' && !req.person ? refuse('forbidden', 'not_signed_in').refusal : refusal;
}
