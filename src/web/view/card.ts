import type { EventWithSeries } from '../../services/events/queries.ts';
import { gridDays } from '../../services/grid/days.ts';
import { warningText } from '../../services/grid/messages.ts';
import type { Grid, GridRoom, GridSlot } from '../../services/grid/queries.ts';
import { keyOf, nearestFree, type StarredPairs, warningsFor } from '../../services/grid/rules.ts';
import type { Session } from '../../services/sessions/queries.ts';
import type { Refusal } from '../../shared/result.ts';
import { clock, longDay, shortDay, when, zoneName } from '../../shared/time.ts';
import { refusalText } from '../../words/sentences.ts';
import { t } from '../../words/words.ts';
import { sessionsByCell } from './schedule/cells.ts';
import { hostNames, sessionTapes } from './session-card.ts';
import type { Tape } from './tape.ts';

/** What the code on a session's card opens on a phone: where and when, and nothing else. */
export type CardPage = {
  number: string;
  title: string;
  hosts: string;
  tape: Tape;
  event: { name: string; href: string };
  /** Who has the cell that was asked for, and what is free near it. */
  refused?: { text: string; instead: Place[] };
  /** Where it is now. */
  now?: { text: string; warnings: string[]; off?: string };
  /** Why nothing can be chosen. */
  closed?: string;
  choose?: { action: string; heading: string; zone: string; first: Place[]; days: CardDay[] };
};

type Place = { value: string; text: string; label: string };
type CardDay = {
  heading: string;
  open: boolean;
  times: { time: string; free: Place[]; taken: string[]; full: string }[];
};

type Given = {
  event: EventWithSeries;
  session: Session;
  grid: Grid;
  pairs: StarredPairs;
  now: Date;
  path: string;
  refused?: { refusal: Refusal; wanted: { roomId: number; slotId: number } };
};

export function cardPage(given: Given): CardPage {
  const { event, session, path } = given;
  const closed = closedBecause(given);
  return {
    number: t('sessions:number', { number: session.number }),
    title: session.title,
    hosts: hostNames(session),
    tape: sessionTapes[session.kind],
    event: { name: event.name, href: `/events/${event.slug}/schedule` },
    refused: given.refused && !session.withdrawnAt ? refusedView(given, given.refused) : undefined,
    now: session.place ? { ...whereNow(given), off: closed ? undefined : `${path}/off` } : undefined,
    closed,
    choose: closed ? undefined : choose(given),
  };
}

function closedBecause({ event, session, grid, now }: Given): string | undefined {
  if (session.withdrawnAt) return t('refusals:session_withdrawn', { title: session.title });
  if (event.state === 'cancelled') return t('site:event.cancelled');
  if (event.endsAt <= now) return t('schedule:over');
  if (!event.gridOpen) return t('refusals:grid_closed', { event: event.name });
  return grid.rooms.length === 0 || grid.slots.length === 0 ? t('schedule:empty') : undefined;
}

function whereNow({ event, session, grid, pairs }: Given): { text: string; warnings: string[] } {
  const place = session.place!;
  const room = grid.rooms.find((one) => one.id === place.roomId)!;
  const slot = grid.slots.find((one) => one.id === place.slotId)!;
  return {
    text: `${place.room}, ${when(place.startsAt, place.endsAt, event.zone)}`,
    warnings: warningsFor(session, { room, slot }, grid.sessions, pairs).map((one) => warningText(t, one)),
  };
}

function refusedView(given: Given, { refusal, wanted }: NonNullable<Given['refused']>): CardPage['refused'] {
  const instead = refusal.code.startsWith('cell_') && !closedBecause(given) ? near(given, wanted, 4) : [];
  return { text: refusalText(t, refusal), instead };
}

/** Free places: near the one that was wanted, or from now on. */
function near(given: Given, wanted: { roomId: number; slotId: number }, most: number): Place[] {
  const { grid, session, now } = given;
  const taken = grid.sessions.flatMap((one) => one.place ?? []);
  return nearestFree(grid.rooms, grid.slots, taken, wanted, session.stars, now)
    .slice(0, most)
    .map((cell) => {
      const room = grid.rooms.find((one) => one.id === cell.roomId)!;
      const slot = grid.slots.find((one) => one.id === cell.slotId)!;
      const place = placeView(given, room, slot);
      return { ...place, text: place.label };
    });
}

function choose(given: Given): CardPage['choose'] {
  const { event, session, grid, now, path } = given;
  const placed = sessionsByCell(grid.sessions);
  const days = gridDays(
    grid.slots.filter((slot) => slot.title === null && slot.endsAt > now),
    event.zone,
  );
  return {
    action: `${path}/place`,
    heading: t(session.place ? 'grid:card.move' : 'grid:card.choose'),
    zone: t('grid:card.zone', { zone: zoneName(event.zone) }),
    first: given.refused || session.place ? [] : near(given, { roomId: 0, slotId: 0 }, 2),
    days: days.map(({ slots }, n) => ({
      heading: longDay(slots[0]!.startsAt, event.zone),
      open: n === 0,
      times: slots.map((slot) => timeView(given, slot, placed)),
    })),
  };
}

function timeView(given: Given, slot: GridSlot, placed: Map<string, Session>): CardDay['times'][number] {
  const { rooms } = given.grid;
  const at = (room: GridRoom) => placed.get(keyOf({ roomId: room.id, slotId: slot.id }));
  const free = rooms.filter((room) => !at(room));
  return {
    time: `${clock(slot.startsAt, given.event.zone)}–${clock(slot.endsAt, given.event.zone)}`,
    free: free.map((room) => placeView(given, room, slot)),
    taken: rooms.flatMap((room) => takenText(given.session, room, at(room))),
    full: t('grid:card.taken', { count: rooms.length - free.length }),
  };
}

const takenText = (session: Session, room: GridRoom, holder: Session | undefined): string[] =>
  holder
    ? [
        holder.id === session.id
          ? t('grid:card.here', { room: room.name })
          : t('grid:card.has', { room: room.name, title: holder.title, hosts: hostNames(holder) }),
      ]
    : [];

const placeView = ({ event }: Given, room: GridRoom, slot: GridSlot): Place => ({
  value: keyOf({ roomId: room.id, slotId: slot.id }),
  text: room.name,
  label: `${room.name}, ${shortDay(slot.startsAt, event.zone)}, ${clock(slot.startsAt, event.zone)}`,
});
