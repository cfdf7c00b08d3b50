import type { Actor } from '../../../context.ts';
import { warningText } from '../../../services/grid/messages.ts';
import type { Grid } from '../../../services/grid/queries.ts';
import { type StarredPairs, warningsFor } from '../../../services/grid/rules.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import type { Session } from '../../../services/sessions/queries.ts';
import { holds } from '../../../services/sessions/rules.ts';
import { t } from '../../../words/words.ts';
import { sessionUrl } from '../session-card.ts';
import { whereText } from './cells.ts';
import { type Look, lookUrl } from './look.ts';

type Event = { slug: string; zone: string; id: number; gridOpen: boolean };

/** A session that the person may put somewhere. `where`: absent while it is not on the grid. */
export type MineRow = {
  number: number;
  title: string;
  href: string;
  where?: string;
  /** Absent while the grid is locked. */
  choose?: { href: string; text: string };
};

/** The person's own sessions, those without a place first; and for organisers all others that have none. */
export type MineView = { own: MineRow[]; others: MineRow[] };

export function mineView(event: Event, grid: Grid, actor: Actor, look: Look): MineView {
  const manages = mayManage(actor, event.id);
  const own = grid.sessions.filter((one) => holds(actor, one));
  const others = manages ? grid.sessions.filter((one) => !one.place && !own.includes(one)) : [];
  const row = (session: Session) => mineRow(event, session, look, manages || event.gridOpen);
  return {
    own: [...own.filter((one) => !one.place), ...own.filter((one) => one.place)].map(row),
    others: others.map(row),
  };
}

function mineRow(event: Event, session: Session, look: Look, may: boolean): MineRow {
  const { number, title, place } = session;
  return {
    number,
    title,
    href: sessionUrl(event, number),
    where: place ? whereText(event, place.room, place.startsAt) : undefined,
    choose: may
      ? {
          href: lookUrl(event, look, { claim: number, tag: '', mine: false }),
          text: t(place ? 'schedule:mine.move' : 'schedule:mine.choose'),
        }
      : undefined,
  };
}

/** What was just done: where the session is now, what is unwise about that, and the way back. */
export type PlacedView = { text: string; warnings: string[]; undo: { action: string; cell?: string } };

export function placedView(
  event: Event,
  grid: Grid,
  session: Session,
  from: string,
  pairs: StarredPairs,
): PlacedView | undefined {
  const { number, title, place } = session;
  const room = grid.rooms.find((one) => one.id === place?.roomId);
  const slot = grid.slots.find((one) => one.id === place?.slotId);
  if (!room || !slot) return undefined;
  const where = whereText(event, room.name, slot.startsAt);
  return {
    text: t('schedule:placed', { title, where }),
    warnings: warningsFor(session, { room, slot }, grid.sessions, pairs).map((one) => warningText(t, one)),
    undo: from
      ? { action: sessionUrl(event, number, '/place'), cell: from }
      : { action: sessionUrl(event, number, '/unplace') },
  };
}
