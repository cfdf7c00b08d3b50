import type { Request } from 'express';
import { type EventWithSeries, publicEvent } from '../../services/events/queries.ts';
import { type Session, sessionByNumber } from '../../services/sessions/queries.ts';
import type { Site } from '../http.ts';

/** The public event that the path names. */
export const findEvent = (site: Site, req: Request): Promise<EventWithSeries | undefined> =>
  publicEvent(site.db, String(req.params.slug));

/** The session that the path names, withdrawn or not, with its event. */
export async function findSession(
  site: Site,
  req: Request,
): Promise<{ event: EventWithSeries; session: Session } | undefined> {
  const number = numberIn(req);
  const event = number ? await findEvent(site, req) : undefined;
  const session = event && (await sessionByNumber(site.db, event.id, number, req.person?.id));
  return session && { event: event!, session };
}

/** 0, which no session has, for any other text. */
export const numberIn = (req: Request): number =>
  /^[1-9]\d{0,8}$/.test(String(req.params.n)) ? Number(req.params.n) : 0;
