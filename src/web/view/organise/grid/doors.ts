import type { DoorAbout, DoorRow, DoorSheet } from '../../../../feeds/door-sheets.ts';
import type { EventWithSeries } from '../../../../services/events/queries.ts';
import { gridDays } from '../../../../services/grid/days.ts';
import type { Grid, GridRoom, GridSlot } from '../../../../services/grid/queries.ts';
import { keyOf } from '../../../../services/grid/rules.ts';
import type { Session } from '../../../../services/sessions/queries.ts';
import { clock, longDay, shortDay, zoneName } from '../../../../shared/time.ts';
import { t } from '../../../../words/words.ts';
import { eventTape } from '../../events.ts';
import { scheduleUrl, sessionsByCell } from '../../schedule/cells.ts';
import { hostNames } from '../../session-card.ts';
import type { Tape } from '../../tape.ts';

/** The tapes of public/css/tokens.css on white paper. */
const colours: Record<Tape, string> = {
  tomato: '#ef7058',
  marigold: '#f2b037',
  fern: '#69b574',
  lagoon: '#4cb4ba',
  iris: '#9a99f2',
  plum: '#d98ac8',
};

/** What hangs on the doors: a sheet a day and room. */
export function doorSheetsOf(event: EventWithSeries, grid: Grid): DoorSheet[] {
  const placed = sessionsByCell(grid.sessions);
  return gridDays(grid.slots, event.zone).flatMap(({ slots }) =>
    grid.rooms.map((room, n) => ({
      room: room.name,
      roomElse: t('grid:doors.room', { number: n + 1 }),
      note: noteOf(room),
      day: longDay(slots[0]!.startsAt, event.zone),
      rows: slots.map((slot) => rowOf(event, room, slot, placed)),
    })),
  );
}

const noteOf = ({ capacity, features }: GridRoom): string =>
  [capacity === null ? '' : t('schedule:room_holds', { count: capacity }), ...features]
    .filter(Boolean)
    .join(', ');

function rowOf(
  { zone }: EventWithSeries,
  room: GridRoom,
  slot: GridSlot,
  placed: Map<string, Session>,
): DoorRow {
  const time = `${clock(slot.startsAt, zone)}–${clock(slot.endsAt, zone)}`;
  if (slot.title !== null)
    return { time, title: slot.title, titleElse: t('grid:doors.shared'), below: '', kind: 'shared' };
  const session = placed.get(keyOf({ roomId: room.id, slotId: slot.id }));
  if (!session) return { time, title: t('grid:doors.free'), titleElse: '', below: '', kind: 'free' };
  const number = t('sessions:number', { number: session.number });
  return {
    time,
    title: session.title,
    titleElse: t('grid:doors.session', { number: session.number }),
    below: [hostNames(session), number].join(' · '),
    kind: 'session',
  };
}

export const doorAbout = (event: EventWithSeries, baseUrl: string, now: Date): DoorAbout => ({
  title: t('grid:doors.title', { event: event.name }),
  event: event.name,
  url: baseUrl + scheduleUrl(event),
  scan: t('grid:doors.scan'),
  asOf: t('grid:doors.as_of', {
    moment: `${shortDay(now, event.zone)}, ${clock(now, event.zone)}`,
    zone: zoneName(event.zone),
  }),
  goesOn: t('grid:doors.goes_on'),
  tape: colours[eventTape(event)],
});
