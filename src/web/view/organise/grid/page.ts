import type { EventWithSeries } from '../../../../services/events/queries.ts';
import type { Grid, GridRoom } from '../../../../services/grid/queries.ts';
import { outside } from '../../../../services/grid/rules.ts';
import type { Session } from '../../../../services/sessions/queries.ts';
import type { Refusal } from '../../../../shared/result.ts';
import { when } from '../../../../shared/time.ts';
import { refusalText } from '../../../../words/sentences.ts';
import { t } from '../../../../words/words.ts';
import { type FieldView, type FormErrors, formErrors } from '../../form.ts';
import { scheduleUrl } from '../../schedule/cells.ts';
import { type Desk, deskUrl } from '../desk.ts';
import { type DayView, dayViews } from './days.ts';
import { roomFields } from './room.ts';
import { type StartView, startView } from './start.ts';

/** A form of the page that was refused, as it was sent. */
export type GridForm = {
  form: 'start' | 'open' | 'room' | 'order' | 'copy';
  body: Record<string, unknown>;
  refusal: Refusal;
};

export type GridPage = {
  desk: Desk;
  /** What was refused and belongs to no field. */
  refused?: string;
  errors?: FormErrors;
  /** There is nothing yet: the whole grid in one form. */
  start?: StartView;
  lock: { open: boolean; heading: string; text: string; action: string; value: string; button: string };
  rooms: RoomRow[];
  add: { action: string; fields: FieldView[] };
  days: DayView[];
  tally: string;
  warning?: string;
  links: Record<'schedule' | 'times' | 'common', string>;
  /** For the day itself. */
  papers: { href: string; text: string; help: string }[];
};

type RoomRow = {
  id: number;
  name: string;
  note: string;
  edit: string;
  up?: string;
  down?: string;
};

const papers = [
  ['pitches', '/pitches'],
  ['cards', '/cards'],
  ['doors', '/doors.pdf'],
] as const;

type Given = { desk: Desk; event: EventWithSeries; grid: Grid; sent?: GridForm };

/** A grid as its organisers set it up. */
export function gridPage({ desk, event, grid, sent }: Given): GridPage {
  const below = `${desk.href}/grid`;
  const empty = grid.rooms.length === 0 && grid.slots.length === 0;
  const typed = (form: GridForm['form']) => (sent?.form === form ? sent : undefined);
  const start = empty ? startView(event, below, typed('start')) : undefined;
  const fields = roomFields(typed('room')?.body ?? {}, typed('room')?.refusal.issues);
  const out = outside(grid.slots, event).length;
  return {
    desk,
    refused: sent && !sent.refusal.issues ? refusalText(t, sent.refusal) : undefined,
    errors: sent?.refusal.issues && formErrors(sent.refusal, start ? start.fields : fields),
    start,
    lock: lockOf(event, below),
    rooms: grid.rooms.map((room, n) => roomRow(room, n, grid.rooms.length, grid.sessions, below)),
    add: { action: `${below}/rooms`, fields },
    days: dayViews(event, grid, below, typed('copy')?.body ?? {}),
    tally: tallyOf(grid),
    warning:
      out > 0
        ? t('grid:outside', { count: out, when: when(event.startsAt, event.endsAt, event.zone) })
        : undefined,
    links: {
      schedule: scheduleUrl(event),
      times: `${below}/slots/new`,
      common: `${below}/slots/new?common`,
    },
    papers: papers.map(([name, path]) => ({
      href: deskUrl(event, path),
      text: t(`grid:links.${name}`),
      help: t(`grid:links.${name}_help`),
    })),
  };
}

function lockOf({ gridOpen }: EventWithSeries, below: string): GridPage['lock'] {
  const state = gridOpen ? 'open' : 'locked';
  return {
    open: gridOpen,
    heading: t(`grid:lock.${state}.heading`),
    text: t(`grid:lock.${state}.text`),
    button: t(`grid:lock.${state}.button`),
    action: `${below}/open`,
    value: gridOpen ? 'no' : 'yes',
  };
}

function roomRow(
  { id, name, capacity, features }: GridRoom,
  n: number,
  count: number,
  sessions: Session[],
  below: string,
): RoomRow {
  const held = sessions.filter((one) => one.place?.roomId === id).length;
  const holding = capacity === null ? '' : t('schedule:room_holds', { count: capacity });
  const used = held > 0 ? t('grid:room.used', { count: held }) : '';
  return {
    id,
    name,
    note: [holding, ...features, used].filter(Boolean).join(' · '),
    edit: `${below}/rooms/${id}`,
    up: n > 0 ? `${below}/rooms/${id}/up` : undefined,
    down: n < count - 1 ? `${below}/rooms/${id}/down` : undefined,
  };
}

/** How much is free, and how much waits for a place. */
function tallyOf({ rooms, slots, sessions }: Grid): string {
  const cells = rooms.length * slots.filter((slot) => slot.title === null).length;
  const placed = sessions.filter((one) => one.place).length;
  return [
    t('grid:tally.free', { count: cells - placed, cells }),
    t('grid:tally.waiting', { count: sessions.length - placed }),
  ].join(' ');
}
