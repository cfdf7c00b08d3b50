import { createHash } from 'node:crypto';
import type { Grid, GridSlot } from '../../../services/grid/queries.ts';
import { keyOf } from '../../../services/grid/rules.ts';
import { sessionKinds } from '../../../services/sessions/input.ts';
import type { Session } from '../../../services/sessions/queries.ts';
import { clock } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { hostNames, sessionTapes, sessionUrl } from '../session-card.ts';
import type { Tape } from '../tape.ts';

type Event = { slug: string; zone: string };

/** What everybody may know of a cell: the same for all, so that one text goes to all open pages when it changes. */
export type CellView = {
  key: string;
  room: string;
  /** `Red, 10:15`. */
  where: string;
  /** To put something here. */
  href: string;
  session?: SlipView;
};

/** A session's card on the grid. */
export type SlipView = {
  number: number;
  href: string;
  title: string;
  hosts: string;
  kind: string;
  tape: Tape;
  tags: string[];
  notes: string[];
};

export const scheduleUrl = (event: { slug: string }, below = ''): string =>
  `/events/${event.slug}/schedule${below}`;

/** The cells of these slots by their keys; common items have none. */
export function cellViews(event: Event, { rooms, sessions }: Grid, slots: GridSlot[]): Map<string, CellView> {
  const placed = sessionsByCell(sessions);
  const cells = new Map<string, CellView>();
  for (const slot of slots.filter((one) => one.title === null)) {
    const time = clock(slot.startsAt, event.zone);
    for (const room of rooms) {
      const key = keyOf({ roomId: room.id, slotId: slot.id });
      const session = placed.get(key);
      cells.set(key, {
        key,
        room: room.name,
        where: whereOf(room.name, time),
        href: scheduleUrl(event, `/cell/${key}`),
        session: session && slipView(event, session),
      });
    }
  }
  return cells;
}

/** What is on the grid, by the keys of the cells. */
export const sessionsByCell = (sessions: Session[]): Map<string, Session> =>
  new Map(sessions.flatMap((one) => (one.place ? [[keyOf(one.place), one]] : [])));

export const whereText = (event: Event, room: string, startsAt: Date): string =>
  whereOf(room, clock(startsAt, event.zone));

const whereOf = (room: string, time: string): string => `${room}, ${time}`;

export const slipView = (event: Event, session: Session): SlipView => ({
  number: session.number,
  href: sessionUrl(event, session.number),
  title: session.title,
  hosts: hostNames(session),
  kind: kindWords[session.kind],
  tape: sessionTapes[session.kind],
  tags: session.tags,
  notes: notes(session),
});

/** What stands in hundreds of cells is looked up once. */
export type CellWords = { free: string; put: string; now: string; next: string };
export const cellWords: CellWords = {
  free: t('schedule:free'),
  put: t('schedule:put_here'),
  now: t('schedule:now'),
  next: t('schedule:next'),
};

const kindWords = Object.fromEntries(
  sessionKinds.map((kind) => [kind, t(`sessions:kinds.${kind}`)]),
) as Record<Session['kind'], string>;

function notes({ level, language }: Session): string[] {
  return [level && t(`schedule:levels.${level}`), language !== 'en' && language.toUpperCase()].filter(
    (one): one is string => Boolean(one),
  );
}

/** Two grids with the same revision show the same to everybody. */
export const revisionOf = (grid: Grid): string =>
  hashOf([
    shapeOf(grid),
    grid.sessions.map(({ number, title, kind, level, language, tags, hosts, place }) => [
      number,
      place && [title, kind, level, language, tags, hosts, place.roomId, place.slotId],
    ]),
  ]);

/** Two grids of the same shape differ in sessions alone: their pages have the same rows and columns. */
export const shapeOf = ({ rooms, slots }: Grid): string =>
  hashOf([
    rooms.map(({ id, name, capacity, features }) => [id, name, capacity, features]),
    slots.map(({ id, startsAt, endsAt, title }) => [id, startsAt, endsAt, title]),
  ]);

const hashOf = (seen: unknown): string =>
  createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 16);
