import type { Actor } from '../../../context.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { type GridDay, gridDays } from '../../../services/grid/days.ts';
import type { Grid, GridRoom, GridSlot } from '../../../services/grid/queries.ts';
import type { StarredPairs } from '../../../services/grid/rules.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import type { Session } from '../../../services/sessions/queries.ts';
import { holds } from '../../../services/sessions/rules.ts';
import { longDay, shortDay, when, zoneName } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type CellWords, cellViews, cellWords, revisionOf, scheduleUrl, shapeOf } from './cells.ts';
import { type ChoosingView, choiceOf, choosingView, type Refused } from './choosing.ts';
import { type Look, lookUrl } from './look.ts';
import { type MineView, mineView, type PlacedView, placedView } from './mine.ts';
import { gridRows, type Row } from './rows.ts';

export type SchedulePage = {
  event: { name: string; href: string; when: string };
  heading: string;
  zone: string;
  notices: { kind: 'info' | 'error'; text: string }[];
  links: { propose?: string; sessions: string; changes: string; calendar: string; screen: string };
  /** For organisers. */
  setUp?: string;
  days: { href: string; text: string; current: boolean }[];
  filter: {
    action: string;
    tags: { value: string; chosen: boolean }[];
    tag: string;
    mine: boolean;
    day: string;
    list: boolean;
  };
  view: { href: string; text: string };
  list: boolean;
  rooms: { name: string; note: string }[];
  rows: Row[];
  /** Some of it is over: on a phone that is folded away. */
  past: boolean;
  words: CellWords;
  choosing?: ChoosingView;
  placed?: PlacedView;
  mine: MineView;
  /** What the script needs to follow the grid, and to mark what is the person's own. */
  live: {
    url: string;
    revision: string;
    shape: string;
    starred: string;
    own: string;
    change: number;
    changes: string;
  };
  /** Where forms of the page lead back to. */
  back: string;
  nothing: boolean;
};

type Given = {
  event: EventWithSeries;
  grid: Grid;
  actor: Actor;
  pairs: StarredPairs;
  change: number;
  now: Date;
  look: Look;
  refused?: Refused;
};

/** The grid of an event as one person sees it: one day of it, rooms by times. */
export function schedulePage(given: Given): SchedulePage {
  const { event, grid, actor, look, now, pairs, change } = given;
  const days = gridDays(grid.slots, event.zone);
  const day = chosenDay(days, look, grid, now);
  const seen = { ...look, day: day && days.length > 1 ? day.day : '' };
  const numbered = (number: number) => grid.sessions.find((one) => one.number === number);
  const choosing = numbered(look.claim);
  const placed = numbered(look.placed);
  const slots = day?.slots ?? [];
  return {
    event: {
      name: event.name,
      href: `/events/${event.slug}`,
      when: when(event.startsAt, event.endsAt, event.zone),
    },
    heading: day ? longDay(day.slots[0]!.startsAt, event.zone) : '',
    zone: zoneName(event.zone),
    notices: notices(event, now),
    links: links(event, now),
    setUp: mayManage(actor, event.id) ? `/organise/events/${event.slug}/grid` : undefined,
    days: days.length > 1 ? days.map((one) => dayLink(event, seen, one, day)) : [],
    filter: filterOf(event, grid.sessions, seen),
    view: {
      href: lookUrl(event, { ...seen, list: !seen.list }),
      text: t(seen.list ? 'schedule:as_grid' : 'schedule:as_list'),
    },
    list: seen.list,
    rooms: grid.rooms.map((room) => ({ name: room.name, note: roomNote(room) })),
    past: slots.some((one) => one.endsAt <= now) && slots.some((one) => one.endsAt > now),
    rows: gridRows({
      event,
      grid,
      slots,
      cells: cellViews(event, grid, slots),
      now,
      marksOf: (session) => marksOf(session, actor, seen),
      choiceOf: choosing && choiceOf({ event, grid, actor, pairs, now }, choosing),
    }),
    words: cellWords,
    choosing:
      choosing &&
      choosingView(
        { event, grid, actor, pairs, now },
        choosing,
        lookUrl(event, seen, { claim: 0 }),
        given.refused,
      ),
    placed: placed && holds(actor, placed) ? placedView(event, grid, placed, look.from, pairs) : undefined,
    mine: mineView(event, grid, actor, seen),
    live: {
      url: scheduleUrl(event, '/stream'),
      revision: revisionOf(grid),
      shape: shapeOf(grid),
      starred: numbers(grid.sessions.filter((one) => one.starred)),
      own: numbers(grid.sessions.filter((one) => holds(actor, one))),
      change,
      changes: scheduleUrl(event, '/changes'),
    },
    back: lookUrl(event, seen),
    nothing: grid.rooms.length === 0 || grid.slots.length === 0,
  };
}

/** The day asked for, that of the session a place is chosen for, the first that is not over, or the first. */
function chosenDay(
  days: GridDay<GridSlot>[],
  look: Look,
  grid: Grid,
  now: Date,
): GridDay<GridSlot> | undefined {
  const asked = days.find((one) => one.day === look.day);
  const slotId = grid.sessions.find((one) => one.number === look.claim)?.place?.slotId;
  const its = days.find((one) => one.slots.some((slot) => slot.id === slotId));
  return asked ?? its ?? days.find((one) => one.slots.at(-1)!.endsAt > now) ?? days[0];
}

function notices(event: EventWithSeries, now: Date): SchedulePage['notices'] {
  if (event.state === 'cancelled') return [{ kind: 'error', text: t('site:event.cancelled') }];
  if (event.endsAt <= now) return [{ kind: 'info', text: t('schedule:over') }];
  return event.gridOpen ? [] : [{ kind: 'info', text: t('schedule:locked') }];
}

const links = (event: EventWithSeries, now: Date): SchedulePage['links'] => ({
  propose:
    event.state === 'published' && event.endsAt > now ? `/events/${event.slug}/sessions/new` : undefined,
  sessions: `/events/${event.slug}/sessions`,
  changes: scheduleUrl(event, '/changes'),
  calendar: scheduleUrl(event, '.ics'),
  screen: scheduleUrl(event, '?screen'),
});

const dayLink = (event: EventWithSeries, look: Look, day: GridDay<GridSlot>, chosen?: GridDay<GridSlot>) => ({
  href: lookUrl(event, look, { day: day.day }),
  text: shortDay(day.slots[0]!.startsAt, event.zone),
  current: day === chosen,
});

function filterOf(event: EventWithSeries, sessions: Session[], look: Look): SchedulePage['filter'] {
  const tags = [...new Set(sessions.flatMap((one) => one.tags))].sort((a, b) => a.localeCompare(b));
  return {
    action: scheduleUrl(event),
    tags: tags.map((value) => ({ value, chosen: value === look.tag })),
    tag: look.tag,
    mine: look.mine,
    day: look.day,
    list: look.list,
  };
}

function marksOf(session: Session, actor: Actor, look: Look): string[] {
  const own = holds(actor, session);
  const out = (look.tag && !session.tags.includes(look.tag)) || (look.mine && !own && !session.starred);
  return [
    own && 'cell-own',
    session.starred && 'cell-starred',
    out && 'cell-out',
    session.number === (look.placed || look.claim) && 'cell-chosen',
  ].filter((one): one is string => Boolean(one));
}

function roomNote({ capacity, features }: GridRoom): string {
  const holding = capacity === null ? '' : t('schedule:room_holds', { count: capacity });
  return [holding, ...features].filter(Boolean).join(' · ');
}

const numbers = (sessions: Session[]): string => sessions.map((one) => one.number).join(' ');
