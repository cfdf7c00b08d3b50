import type { EventWithSeries } from '../../../services/events/queries.ts';
import { nowAndNext } from '../../../services/grid/days.ts';
import type { Grid, GridSlot } from '../../../services/grid/queries.ts';
import { keyOf } from '../../../services/grid/rules.ts';
import { clock, relative, shortDay } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { qrSvg } from '../qr.ts';
import { hostNames, sessionTapes } from '../session-card.ts';
import type { Tape } from '../tape.ts';
import { scheduleUrl, sessionsByCell } from './cells.ts';

/** The wall: what is on now, then what comes next, in letters that can be read from the last row. */
export type ScreenPage = {
  event: string;
  clock: string;
  /** The page that follows where there is no script. */
  other: string;
  scenes: Scene[];
  qr: string;
  url: string;
  live: { url: string; revision: string };
};

type Scene = {
  id: 'now' | 'next';
  heading: string;
  time: string;
  /** A common item, for all rooms. */
  all?: string;
  /** When the sessions below begin, where a common item comes before them. */
  later?: string;
  rows: { room: string; title: string; hosts: string; tape?: Tape }[];
  empty?: string;
  shown: boolean;
};

type Given = {
  event: EventWithSeries;
  grid: Grid;
  now: Date;
  scene: string;
  baseUrl: string;
  revision: string;
};

export function screenPage({ event, grid, now, scene, baseUrl, revision }: Given): ScreenPage {
  const { now: on, next } = nowAndNext(grid.slots, now);
  const shown = scene === 'next' || (scene !== 'now' && on.length === 0) ? 'next' : 'now';
  const url = baseUrl + scheduleUrl(event);
  return {
    event: event.name,
    clock: clock(now, event.zone),
    other: scheduleUrl(event, `?screen=${shown === 'now' ? 'next' : 'now'}`),
    scenes: [
      sceneOf(event, grid, 'now', on, now, shown === 'now'),
      sceneOf(event, grid, 'next', next, now, shown === 'next'),
    ],
    qr: qrSvg(url, t('schedule:screen.qr')),
    url: url.replace(/^https?:\/\//, ''),
    live: { url: scheduleUrl(event, '/stream'), revision },
  };
}

function sceneOf(
  event: EventWithSeries,
  grid: Grid,
  id: Scene['id'],
  slots: GridSlot[],
  now: Date,
  shown: boolean,
): Scene {
  const slot = slots[0];
  const heading = t(`schedule:screen.${id}`);
  if (!slot) return { id, heading, time: '', rows: [], empty: t(`schedule:screen.nothing_${id}`), shown };
  // A common item leaves the wall to what comes after it.
  const after = slot.title === null ? slot : grid.slots.find((one) => one.startsAt > slot.startsAt);
  const rows = after && after.title === null ? rowsOf(grid, after) : [];
  return {
    id,
    heading,
    time: timeText(event, id, slot, now),
    all: slot.title ?? undefined,
    later: after && after !== slot && rows.length > 0 ? clock(after.startsAt, event.zone) : undefined,
    rows,
    empty: slot.title === null && rows.length === 0 ? t('schedule:screen.all_free') : undefined,
    shown,
  };
}

function rowsOf(grid: Grid, slot: GridSlot): Scene['rows'] {
  const placed = sessionsByCell(grid.sessions);
  return grid.rooms.flatMap((room) => {
    const session = placed.get(keyOf({ roomId: room.id, slotId: slot.id }));
    if (!session) return [];
    const { title, kind } = session;
    return [{ room: room.name, title, hosts: hostNames(session), tape: sessionTapes[kind] }];
  });
}

function timeText({ zone }: EventWithSeries, id: Scene['id'], slot: GridSlot, now: Date): string {
  if (id === 'now') return t('schedule:until', { time: clock(slot.endsAt, zone) });
  const soon = slot.startsAt.getTime() - now.getTime() < 12 * 3600_000;
  const at = soon
    ? clock(slot.startsAt, zone)
    : `${shortDay(slot.startsAt, zone)}, ${clock(slot.startsAt, zone)}`;
  return t('schedule:screen.at', { time: at, relative: relative(slot.startsAt, now, zone) });
}
