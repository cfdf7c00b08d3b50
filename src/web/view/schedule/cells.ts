import { createHash } from 'node:crypto';
import type { Grid, GridRoom, GridSlot } from '../../../services/grid/queries.ts';
import { keyOf } from '../../../services/grid/rules.ts';
import type { Session } from '../../../services/sessions/queries.ts';
import { clock } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
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

/** One colour of tape a kind of session. */
export const kindTapes: Record<Session['kind'], Tape> = {
  talk: 'lagoon',
  discussion: 'marigold',
  workshop: 'fern',
  demo: 'plum',
};

export const scheduleUrl = (event: { slug: string }, below = ''): string =>
  `/events/${event.slug}/schedule${below}`;
export const sessionUrl = (event: { slug: string }, number: number, below = ''): string =>
  `/events/${event.slug}/sessions/${number}${below}`;

/** The cells of a grid by their keys; common items have none. */
export function cellViews(event: Event, { rooms, slots, sessions }: Grid): Map<string, CellView> {
  const placed = sessionsByCell(sessions);
  const cells = slots
    .filter((slot) => slot.title === null)
    .flatMap((slot) => rooms.map((room) => cellView(event, room, slot, placed)));
  return new Map(cells.map((cell) => [cell.key, cell]));
}

/** What is on the grid, by the keys of the cells. */
export const sessionsByCell = (sessions: Session[]): Map<string, Session> =>
  new Map(sessions.flatMap((one) => (one.place ? [[keyOf(one.place), one]] : [])));

function cellView(event: Event, room: GridRoom, slot: GridSlot, placed: Map<string, Session>): CellView {
  const key = keyOf({ roomId: room.id, slotId: slot.id });
  const session = placed.get(key);
  return {
    key,
    room: room.name,
    where: whereText(event, room.name, slot.startsAt),
    href: scheduleUrl(event, `/cell/${key}`),
    session: session && slipView(event, session),
  };
}

export const whereText = (event: Event, room: string, startsAt: Date): string =>
  t('schedule:where', { room, time: clock(startsAt, event.zone) });

export const slipView = (event: Event, session: Session): SlipView => ({
  number: session.number,
  href: sessionUrl(event, session.number),
  title: session.title,
  hosts: hostsText(session),
  kind: t(`schedule:kinds.${session.kind}`),
  tape: kindTapes[session.kind],
  tags: session.tags,
  notes: notes(session),
});

export const hostsText = (session: Session): string => session.hosts.map((host) => host.name).join(', ');

function notes({ level, language }: Session): string[] {
  return [level && t(`schedule:levels.${level}`), language !== 'en' && language.toUpperCase()].filter(
    (one): one is string => Boolean(one),
  );
}

/** Two grids with the same revision show the same. */
export const revisionOf = (shape: string, cells: Map<string, CellView>): string =>
  hashOf([shape, ...cells.values()]);

/** Two grids of the same shape differ in sessions alone: their pages have the same rows and columns. */
export const shapeOf = ({ rooms, slots }: Grid): string =>
  hashOf([
    rooms.map(({ id, name, capacity, features }) => [id, name, capacity, features]),
    slots.map(({ id, startsAt, endsAt, title }) => [id, startsAt, endsAt, title]),
  ]);

const hashOf = (seen: unknown): string =>
  createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 16);
