import { gridDays, nowAndNext } from '../../src/services/grid/days.ts';
import type { Grid, GridRoom, GridSlot } from '../../src/services/grid/queries.ts';
import type { Session } from '../../src/services/sessions/queries.ts';
import { clock, dayOf, shortDay } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import { readTime, readWords } from './cell-words.ts';

/** A grid as people speak of it: by days and wall times. */
export type Board<S = Session> = { grid: Grid<S>; zone: string; days: Day[]; now: Date };
export type Day = { day: string; slots: GridSlot[]; shown: string; words: string[] };

/** What a text says of a cell. `slots`: those that a time names, several where a day or a fold is missing; `unread`: what is neither. */
export type SaidCell = { slots?: GridSlot[]; day?: Day; room?: GridRoom; time?: string; unread?: string };

export function boardOf<S>(grid: Grid<S>, zone: string, now: Date): Board<S> {
  const days = gridDays(grid.slots, zone);
  return {
    grid,
    zone,
    now,
    days: days.map(({ day, slots }) => {
      const at = slots[0]!.startsAt;
      // What is typed is English, in whatever language it is shown.
      return { day, slots, shown: shortDay(at, zone), words: wordsOf(day, shortDay(at, zone, 'en-GB')) };
    }),
  };
}

/** `sat 30 may`, `30 may`, `2026-05-30`, `sat`: what names a day, the longest first. */
function wordsOf(day: string, shown: string): string[] {
  const lower = shown.toLowerCase();
  const [weekday = '', ...date] = lower.split(' ');
  return [lower, date.join(' '), day, weekday];
}

/** Reads `room 2 14:00`, `sat 14:00 Red`, `now Press hall`: a day, a time and a room, each or none, in any order. */
export function readCell(board: Board, text: string): SaidCell {
  const { days, fold, ...said } = readWords(board, text);
  if (!said.time) return { ...said, day: days[0] };
  return {
    ...said,
    day: days[0],
    slots: slotsAt(board, days.length > 0 ? days : board.days, said.time, fold),
  };
}

/** The slots that begin then; only today's where a time is meant without a day, and what is to come before what is over. */
function slotsAt(board: Board, days: Day[], time: string, fold?: 'earlier' | 'later'): GridSlot[] {
  if (time === 'now') {
    const { now, next } = nowAndNext(board.grid.slots, board.now);
    return now.length > 0 ? now : next;
  }
  const found = days.flatMap((day) => day.slots.filter((slot) => clock(slot.startsAt, board.zone) === time));
  const coming = found.filter((slot) => slot.endsAt > board.now);
  const today = coming.filter((slot) => dayOf(slot.startsAt, board.zone) === dayOf(board.now, board.zone));
  const meant = [today, coming, found].find((slots) => slots.length > 0) ?? [];
  return fold && meant.length > 1 ? meant.slice(fold === 'earlier' ? 0 : -1).slice(0, 1) : meant;
}

/** `14:00–14:30`, with the day where there are several, and which of two where the clocks go back. */
export function timeText(board: Board<unknown>, slot: GridSlot): string {
  const [from, to] = [clock(slot.startsAt, board.zone), clock(slot.endsAt, board.zone)];
  const fold = foldOf(board, slot);
  const day = board.days.length > 1 ? `${dayWith(board, slot).shown}, ` : '';
  return `${day}${from}–${to}${fold ? ` (${t(`bot-sessions:cell.${fold}`)})` : ''}`;
}

/** The day of a grid of one day, while that is not today: with it a time alone would be taken for today's. */
export function otherDay({ days, now, zone }: Board<unknown>): string | undefined {
  const [only, more] = days;
  return only && !more && only.day !== dayOf(now, zone) ? only.shown : undefined;
}

/** A time as it can be typed: `14:00`, `sat 14:00`, `sun 01:00 later`. */
export function timeWords(board: Board<unknown>, slot: GridSlot): string {
  const { words, day } = dayWith(board, slot);
  const weekday = words.at(-1)!;
  const same = board.days.filter((one) => one.words.at(-1) === weekday).length > 1;
  const named = board.days.length > 1 ? [same ? day : weekday] : [];
  return [...named, clock(slot.startsAt, board.zone), foldOf(board, slot)].filter(Boolean).join(' ');
}

/** A room as it can be typed: by its name unless that could be taken for something else. */
export function roomWords(board: Board, room: GridRoom): string {
  const place = board.grid.rooms.indexOf(room) + 1;
  const ways = [room.name, `room ${room.name}`, `room ${place}`];
  return ways.find((way) => isJust(room, readCell(board, way)) && !readTime(way)) ?? room.name;
}

const isJust = (room: GridRoom, said: SaidCell) => said.room?.id === room.id && !said.unread && !said.time;

/** `sat 14:00 Red`. */
export const cellWords = (board: Board, slot: GridSlot, room: GridRoom): string =>
  `${timeWords(board, slot)} ${roomWords(board, room)}`;

/** `Red, Sat 30 May, 14:00–14:30`. */
export const cellText = (board: Board, slot: GridSlot, room: GridRoom): string =>
  `${room.name}, ${timeText(board, slot)}`;

const dayWith = ({ days }: Board<unknown>, slot: GridSlot): Day =>
  days.find((one) => one.slots.some(({ id }) => id === slot.id))!;

/** Which of two slots with the same wall time it is. */
export function foldOf(board: Board<unknown>, slot: GridSlot): 'earlier' | 'later' | undefined {
  const time = clock(slot.startsAt, board.zone);
  const same = dayWith(board, slot).slots.filter((one) => clock(one.startsAt, board.zone) === time);
  return same.length < 2 ? undefined : same[0]!.id === slot.id ? 'earlier' : 'later';
}
