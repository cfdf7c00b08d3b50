import { freeTimes } from '../../src/services/grid/free.ts';
import { type GridRoom, type GridSlot, gridOf } from '../../src/services/grid/queries.ts';
import { refusedSlot } from '../../src/services/grid/rules.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Doing, Item, Outcome, Slot } from '../dialogue.ts';
import { campOf } from './camp-slot.ts';
import {
  type Board,
  boardOf,
  cellWords,
  readCell,
  roomWords,
  type SaidCell,
  timeText,
  timeWords,
} from './cells.ts';
import { shortened } from './fields.ts';
import { pageSize } from './lines.ts';
import type { KeptSession } from './mine.ts';

export const timeSlot = (): Slot => ({
  name: 'at',
  label: t('bot-sessions:cell.time'),
  prompt: t('bot-sessions:cell.when_again'),
  listed: true,
  takes,
});

export const roomSlot = (): Slot => ({
  name: 'room',
  label: t('bot-sessions:cell.room'),
  prompt: t('bot-sessions:cell.where_again'),
  listed: true,
  takes,
});

/** `now`, `at 14:00` and `room 2` are commands elsewhere. */
const takes = (text: string) => /^(now|at|room)\b/i.test(text);

export const boardFor = async ({ ctx, given }: Pick<Doing, 'ctx' | 'given'>): Promise<Board> => {
  const { id, zone } = campOf(given);
  return boardOf(await gridOf(ctx.db, id, ctx.actor.personId), zone, ctx.now());
};

/** Whether a text names a cell, or a part of one, and nothing else. */
export async function saysCell(checking: Checking, text: string): Promise<boolean> {
  const { slots, room, unread } = readCell(await boardFor(checking), text);
  return !unread && Boolean(slots?.length || room);
}

/** Reads a time, and a room where one is named too; without a time, those that have free rooms are offered. */
export async function checkTime(checking: Checking): Promise<Outcome> {
  const { typed, rest, given, after } = checking;
  const board = await boardFor(checking);
  const said = readCell(board, [typed, ...rest].join(' '));
  const room = said.room ?? board.grid.rooms.find((one) => one.id === given.room);
  const problem = problemOf(said);
  const when = t('bot-sessions:cell.when', { title: (given.session as KeptSession).title });
  if (problem || !said.slots)
    return offerTimes(board, problem ?? when, {
      room: room?.id,
      from: 0,
      day: said.day?.day,
      ...(after as object),
    });
  if (said.slots.length > 1) return offerSlots(board, said.slots, room);
  const slot = said.slots[0]!;
  return { kind: 'given', given: { at: slot.id, room: room?.id }, used: rest.length + 1 };
}

function problemOf({ unread, slots, time }: SaidCell): string | undefined {
  if (unread) return t('bot-sessions:cell.unread', { typed: shortened(unread, 40) });
  if (slots?.length === 0)
    return t(time === 'now' ? 'bot-sessions:cell.not_now' : 'bot-sessions:cell.no_time', { time });
  const common = slots?.length === 1 ? refusedSlot(slots[0]!) : undefined;
  return common && [refusalText(t, common), t('bot-sessions:cell.instead')].join('\n');
}

/** Reads a room, for another time where one is named too; one that alone is free is taken. */
export async function checkRoom(checking: Checking): Promise<Outcome> {
  const { typed, given } = checking;
  const board = await boardFor(checking);
  const slot = board.grid.slots.find((one) => one.id === given.at);
  const said = readCell(board, typed);
  if (!slot || said.time) return checkTime(checking);
  if (said.room && !said.unread) return { kind: 'given', given: { room: said.room.id } };
  const free = freeTimes(board.grid, new Date(0)).find((one) => one.slot.id === slot.id)?.rooms ?? [];
  if (free.length === 0)
    return offerTimes(board, t('bot-sessions:cell.full', { time: timeText(board, slot) }), { from: 0 });
  if (free.length === 1 && typed === '') return { kind: 'given', given: { room: free[0]!.id } };
  const text = said.unread
    ? t('bot-sessions:cell.no_room', { typed: shortened(said.unread, 40) })
    : t('bot-sessions:cell.where', { time: timeText(board, slot) });
  return offerRooms(board, free, text, Number(checking.after ?? 0));
}

function offerRooms(board: Board, rooms: GridRoom[], text: string, from: number): Outcome {
  const items = rooms.slice(from, from + pageSize).map((room): Item => {
    const send = roomWords(board, room);
    const name = /^\d+$/.test(room.name) ? send : room.name;
    const label =
      room.capacity === null ? name : t('bot-sessions:cell.holds', { name, count: room.capacity });
    return { label, button: name, send };
  });
  return { kind: 'choose', slot: 'room', text, items, rest: [], ...paged(rooms.length, from) };
}

/** Of which times: where a room is free, on a day, from the so-manieth. */
type Within = { room?: number; day?: string; from: number };

/** The times that have free rooms; where a room is named already, those at which it is free. */
function offerTimes(board: Board, text: string, within: Within): Outcome {
  const { room, day, from } = within;
  const on = board.days.find((one) => one.day === day)?.slots ?? board.grid.slots;
  const times = freeTimes(board.grid, board.now)
    .filter((one) => on.some(({ id }) => id === one.slot.id))
    .filter((one) => !room || one.rooms.some(({ id }) => id === room));
  // Nothing on that day, or in that room: then of all there is.
  if (times.length === 0 && (room || day)) return offerTimes(board, text, { from });
  if (times.length === 0) return { kind: 'done', said: { text: nothingFree(board) } };
  const items = times.slice(from, from + pageSize).map(({ slot, rooms }): Item => {
    const named = rooms.find((one) => one.id === room);
    const free = named ? named.name : roomsText(rooms);
    return { ...timeItem(board, slot, named), label: `${timeText(board, slot)}: ${free}` };
  });
  const { more, after } = paged(times.length, from);
  const next = more === undefined ? undefined : { ...within, from: more };
  return { kind: 'choose', slot: 'at', text, items, rest: [], more: next, after };
}

export const nothingFree = ({ grid: { rooms, slots } }: Board): string =>
  t(rooms.length === 0 || slots.length === 0 ? 'bot-sessions:no_grid' : 'bot-sessions:nothing_free');

const roomsText = (rooms: GridRoom[]): string =>
  rooms.length > 3
    ? t('bot-sessions:cell.rooms', { count: rooms.length })
    : rooms.map((one) => one.name).join(', ');

/** Which of the times that have the same name. */
const offerSlots = (board: Board, slots: GridSlot[], room?: GridRoom): Outcome => ({
  kind: 'choose',
  slot: 'at',
  text: t('bot-sessions:cell.which'),
  items: slots.map((slot) => timeItem(board, slot, room)),
  rest: [],
});

const timeItem = (board: Board, slot: GridSlot, room?: GridRoom): Item => ({
  label: timeText(board, slot),
  button: timeText(board, slot),
  send: room ? cellWords(board, slot, room) : timeWords(board, slot),
});

function paged(count: number, from: number) {
  const more = count > from + pageSize ? from + pageSize : undefined;
  return { more, after: more === undefined ? undefined : t('bot:more_hint') };
}
