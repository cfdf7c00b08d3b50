import { nowAndNext } from '../../../services/grid/days.ts';
import type { Grid, GridRoom, GridSlot } from '../../../services/grid/queries.ts';
import { keyOf } from '../../../services/grid/rules.ts';
import type { Session } from '../../../services/sessions/queries.ts';
import { clock } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type CellView, sessionsByCell } from './cells.ts';

/** A cell as one person sees it: what all may know, and what it is to them. */
export type Cell = CellView & {
  marks: string;
  starred: boolean;
  /** What choosing it does, while a place is being chosen. */
  choice?: Choice;
};
/** `field`: of the form; `value`: what it is sent with. */
export type Choice = { text: string; action: string; field: 'cell' | 'with'; value: string; notes: string[] };

export type Row = {
  id: string;
  time: string;
  until: string;
  starts: string;
  ends: string;
  state: '' | 'past' | 'now' | 'next';
  /** A common item, across all rooms. */
  title?: string;
  cells: Cell[];
};

type Given = {
  event: { slug: string; zone: string };
  grid: Grid;
  slots: GridSlot[];
  cells: Map<string, CellView>;
  now: Date;
  /** What a session is to the one who looks. */
  marksOf: (session: Session) => string[];
  choiceOf?: (cell: { room: GridRoom; slot: GridSlot; session?: Session }) => Choice | undefined;
};

/** The rows of a day: a time each, a cell a room. */
export function gridRows({ event, grid, slots, cells, now, marksOf, choiceOf }: Given): Row[] {
  const placed = sessionsByCell(grid.sessions);
  // Of the whole grid: the day that is shown may begin tomorrow.
  const next = new Set(nowAndNext(grid.slots, now).next);
  return slots.map((slot) => ({
    ...times(slot, event.zone, stateOf(slot, now, next.has(slot))),
    title: slot.title ?? undefined,
    cells: slot.title !== null ? [] : grid.rooms.map((room) => cellOf(room, slot)),
  }));

  function cellOf(room: GridRoom, slot: GridSlot): Cell {
    const key = keyOf({ roomId: room.id, slotId: slot.id });
    const session = placed.get(key);
    return {
      ...cells.get(key)!,
      marks: session ? ['cell-held', ...marksOf(session)].join(' ') : 'cell-free',
      starred: session?.starred ?? false,
      choice: slot.endsAt > now ? choiceOf?.({ room, slot, session }) : undefined,
    };
  }
}

/** Wall times in the event's zone, and the instants for the script. */
function times(
  { id, startsAt, endsAt }: GridSlot,
  zone: string,
  state: Row['state'],
): Omit<Row, 'title' | 'cells'> {
  return {
    id: `t-${id}`,
    time: clock(startsAt, zone),
    until: t('schedule:until', { time: clock(endsAt, zone) }),
    starts: startsAt.toISOString(),
    ends: endsAt.toISOString(),
    state,
  };
}

function stateOf({ startsAt, endsAt }: GridSlot, now: Date, next: boolean): Row['state'] {
  if (endsAt <= now) return 'past';
  return startsAt <= now ? 'now' : next ? 'next' : '';
}
