import { eq } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import { events, series } from '../../db/schema.ts';
import { tokenFits, tokenKey, urlToken } from '../../shared/ids.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { type EventWithSeries, publicEvent } from '../events/queries.ts';
import { type Session, sessionByKey, sessionByNumber } from '../sessions/queries.ts';
import { refusedHolding } from '../sessions/rules.ts';
import { placeSession, unplaceSession } from './commands.ts';

/** A session's card of paper: whoever holds it may put the session on the grid, and nothing else. */
export type Card = { event: EventWithSeries; session: Session };

/** What the code on the card leads to. */
export const cardLink = (site: { baseUrl: string; secret: string }, { key }: { key: string }): string =>
  `${site.baseUrl}/c/${urlToken(site.secret, 'card', key)}`;

/** The session that a card's code belongs to, withdrawn ones too; undefined for any other text. */
export async function cardByToken(base: Base, token: string): Promise<Card | undefined> {
  const key = tokenKey(token);
  if (!key || !tokenFits(token, base.secret, 'card', key)) return undefined;
  const session = await sessionByKey(base.db, key);
  if (!session) return undefined;
  const [row] = await base.db
    .select({ event: events, series })
    .from(events)
    .leftJoin(series, eq(series.id, events.seriesId))
    .where(eq(events.id, session.eventId));
  return row && row.event.state !== 'draft'
    ? { session, event: { ...row.event, series: row.series } }
    : undefined;
}

/** The card of a session for those who hold it. Refuses: event_unknown, session_unknown, session_withdrawn, not_host, not_proved. */
export async function ownCard(ctx: Ctx, slug: string, number: number): Promise<Result<Card>> {
  const event = await publicEvent(ctx.db, slug);
  if (!event) return refuse('not_found', 'event_unknown');
  const session = await sessionByNumber(ctx.db, event.id, number);
  const refusal = refusedHolding(ctx.actor, session, number);
  if (refusal) return { ok: false, refusal };
  if (session!.withdrawnAt) return refuse('gone', 'session_withdrawn', { title: session!.title });
  return ok({ event, session: session! });
}

/** Puts the card's session into a cell, or moves it there. Refuses: link_unknown, and as placeSession. */
export async function placeByCard(
  ctx: Ctx,
  token: string,
  cell: { roomId: number; slotId: number },
): Promise<Result<Session>> {
  const card = await cardByToken(ctx, token);
  if (!card) return refuse('not_found', 'link_unknown');
  const { event, session } = card;
  return placeSession(ctx, { event: event.slug, session: session.number, ...cell }, true);
}

/** Takes the card's session off the grid. Refuses: link_unknown, and as unplaceSession. */
export async function unplaceByCard(ctx: Ctx, token: string): Promise<Result<Session>> {
  const card = await cardByToken(ctx, token);
  if (!card) return refuse('not_found', 'link_unknown');
  return unplaceSession(ctx, card.event.slug, card.session.number, true);
}
