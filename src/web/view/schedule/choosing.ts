import type { Actor } from '../../../context.ts';
import { warningText } from '../../../services/grid/messages.ts';
import type { Grid, GridRoom, GridSlot } from '../../../services/grid/queries.ts';
import { keyOf, nearestFree, type StarredPairs, warningsFor } from '../../../services/grid/rules.ts';
import type { Session } from '../../../services/sessions/queries.ts';
import { mayHold } from '../../../services/sessions/rules.ts';
import type { Refusal } from '../../../shared/result.ts';
import { refusalText } from '../../../words/sentences.ts';
import { t } from '../../../words/words.ts';
import { sessionUrl } from '../session-card.ts';
import { whereText } from './cells.ts';
import type { Choice } from './rows.ts';

type Event = { slug: string; zone: string };
type Cell = { room: GridRoom; slot: GridSlot; session?: Session };
type Given = { event: Event; grid: Grid; actor: Actor; pairs: StarredPairs; now: Date };

/** A place is being chosen for a session: what is said above the grid. */
export type ChoosingView = {
  title: string;
  /** `It is in Red at 10:15 now.` */
  where?: string;
  wishes: string;
  /** For cells that become free while one looks. */
  action: string;
  put: string;
  cancel: string;
  /** Takes it off the grid. */
  unplace?: string;
  /** Nothing is free any more. */
  full: boolean;
  /** Who has the cell that was asked for, and what is free near it. */
  refused?: { text: string; instead: Choice[] };
};

export type Refused = { refusal: Refusal; wanted: { roomId: number; slotId: number } };

const mostInstead = 5;

export function choosingView(
  given: Given,
  session: Session,
  cancel: string,
  refused?: Refused,
): ChoosingView {
  const { event } = given;
  const { place } = session;
  return {
    title: t('schedule:choosing.title', { number: session.number, title: session.title }),
    where: place
      ? t('schedule:choosing.is', { where: whereText(event, place.room, place.startsAt) })
      : undefined,
    wishes: wishes(session),
    action: sessionUrl(event, session.number, '/place'),
    put: t(place ? 'schedule:choosing.move' : 'schedule:choosing.put'),
    cancel,
    full: instead(given, session, { roomId: 0, slotId: 0 }).length === 0,
    unplace: place ? sessionUrl(event, session.number, '/unplace') : undefined,
    refused: refused && {
      text: refusalText(t, refused.refusal),
      instead: instead(given, session, refused.wanted),
    },
  };
}

function wishes({ minutes, features }: Session): string {
  const parts = [minutes === null ? '' : t('schedule:minutes', { count: minutes }), ...features].filter(
    Boolean,
  );
  return parts.length > 0 ? t('schedule:choosing.wishes', { wishes: parts.join(', ') }) : '';
}

function instead(given: Given, session: Session, wanted: Refused['wanted']): Choice[] {
  const { grid, now, event } = given;
  const rooms = new Map(grid.rooms.map((room) => [room.id, room]));
  const slots = new Map(grid.slots.map((slot) => [slot.id, slot]));
  const taken = grid.sessions.flatMap((one) => one.place ?? []);
  return nearestFree(grid.rooms, grid.slots, taken, wanted, session.stars, now)
    .slice(0, mostInstead)
    .map((cell) => {
      const [room, slot] = [rooms.get(cell.roomId)!, slots.get(cell.slotId)!];
      return { ...put(given, session, { room, slot }), text: whereText(event, room.name, slot.startsAt) };
    });
}

/** What each cell offers while a place is chosen for a session: to be put there, or to change places. */
export const choiceOf =
  (given: Given, session: Session) =>
  (cell: Cell): Choice | undefined => {
    if (!cell.session) return put(given, session, cell);
    const swaps = session.place && cell.session.id !== session.id && mayHold(given.actor, cell.session);
    return swaps ? swap(given.event, session, cell.session) : undefined;
  };

function put({ event, grid, pairs }: Given, session: Session, { room, slot }: Cell): Choice {
  return {
    text: t(session.place ? 'schedule:choosing.move' : 'schedule:choosing.put'),
    action: sessionUrl(event, session.number, '/place'),
    field: 'cell',
    value: keyOf({ roomId: room.id, slotId: slot.id }),
    notes: warningsFor(session, { room, slot }, grid.sessions, pairs).map((one) => warningText(t, one)),
  };
}

const swap = (event: Event, session: Session, other: Session): Choice => ({
  text: t('schedule:choosing.swap'),
  action: sessionUrl(event, session.number, '/swap'),
  field: 'with',
  value: String(other.number),
  notes: [],
});
