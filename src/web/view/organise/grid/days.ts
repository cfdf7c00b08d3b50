import type { EventWithSeries } from '../../../../services/events/queries.ts';
import { gridDays } from '../../../../services/grid/days.ts';
import type { Grid, GridSlot } from '../../../../services/grid/queries.ts';
import { eventStretches, keyOf, outside } from '../../../../services/grid/rules.ts';
import type { Session } from '../../../../services/sessions/queries.ts';
import { clock, dayOf, longDay, shortDay } from '../../../../shared/time.ts';
import { t } from '../../../../words/words.ts';
import { sessionsByCell } from '../../schedule/cells.ts';

/** A day as a small picture of its grid: what is free, what is taken, and by whom. */
export type DayView = {
  id: string;
  heading: string;
  note: string;
  rooms: string[];
  rows: RowView[];
  /** To another of the event's days. */
  copy?: {
    action: string;
    from: string;
    open: boolean;
    label: string;
    id: string;
    days: { value: string; text: string; chosen: boolean }[];
  };
};

type RowView = {
  time: string;
  edit: string;
  label: string;
  title?: string;
  outside: boolean;
  free: string;
  cells: { room: string; taken?: string }[];
};

/** A copy that was refused, as it was sent. */
type Copied = { from?: unknown; to?: unknown };

export function dayViews(event: EventWithSeries, grid: Grid, below: string, copied: Copied): DayView[] {
  const placed = sessionsByCell(grid.sessions);
  return gridDays(grid.slots, event.zone).map(({ day, slots }) => ({
    id: `day-${day}`,
    heading: longDay(slots[0]!.startsAt, event.zone),
    note: t('grid:day.free', { count: freeIn(grid, slots, placed) }),
    rooms: grid.rooms.map((room) => room.name),
    rows: slots.map((slot) => rowView(event, grid, slot, placed, below)),
    copy: copyOf(event, day, below, copied),
  }));
}

const freeIn = (grid: Grid, slots: GridSlot[], placed: Map<string, Session>): number =>
  slots
    .filter((slot) => slot.title === null)
    .flatMap((slot) => cellsOf(grid, slot, placed))
    .filter((one) => !one.taken).length;

const cellsOf = (grid: Grid, slot: GridSlot, placed: Map<string, Session>): RowView['cells'] =>
  grid.rooms.map((room) => {
    const session = placed.get(keyOf({ roomId: room.id, slotId: slot.id }));
    return { room: room.name, taken: session && `${session.number} ${session.title}` };
  });

function rowView(
  event: EventWithSeries,
  grid: Grid,
  slot: GridSlot,
  placed: Map<string, Session>,
  below: string,
): RowView {
  const time = `${clock(slot.startsAt, event.zone)}–${clock(slot.endsAt, event.zone)}`;
  const cells = slot.title === null ? cellsOf(grid, slot, placed) : [];
  return {
    time,
    edit: `${below}/slots/${slot.id}`,
    label: t('grid:day.edit', { time: `${shortDay(slot.startsAt, event.zone)}, ${time}` }),
    title: slot.title ?? undefined,
    outside: outside([slot], event).length > 0,
    free: t('grid:day.row_free', { count: cells.filter((one) => !one.taken).length }),
    cells,
  };
}

/** Only where there is a day to copy to. */
function copyOf(event: EventWithSeries, day: string, below: string, copied: Copied): DayView['copy'] {
  const days = eventStretches(event, event.zone)
    .map((one) => one.startsAt)
    .filter((at) => dayOf(at, event.zone) !== day);
  if (days.length === 0) return undefined;
  return {
    action: `${below}/copy`,
    from: day,
    open: day === copied.from,
    id: `copy-${day}`,
    label: t('grid:copy.label'),
    days: days.map((at) => {
      const value = dayOf(at, event.zone);
      return { value, text: longDay(at, event.zone), chosen: value === copied.to };
    }),
  };
}
