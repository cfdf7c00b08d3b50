import { nowAndNext } from '../../src/services/grid/days.ts';
import { onAt, slotsDuring } from '../../src/services/grid/looking.ts';
import type { GridRoom, GridSlot } from '../../src/services/grid/queries.ts';
import { clock, dayOf, relative, zoneName } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Item, Outcome, Said } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { beginLine, campOf, campSlot, checkCamp } from './camp-slot.ts';
import { readWords } from './cell-words.ts';
import { type Board, readCell, roomWords, timeText } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { events } from './events.ts';
import { cut } from './fields.ts';
import { freeText, sessionItem, slotItems } from './session-lines.ts';

const hours24 = 24 * 3600_000;

/** `now`: what is on at this moment, room by room. */
export const now: Dialogue = {
  name: 'now',
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: checkCamp },
  async act(doing) {
    const board = await boardFor(doing);
    if (board.grid.slots.length === 0) return done({ text: t('bot-sessions:no_grid') });
    const { now: on, next } = nowAndNext(board.grid.slots, board.now);
    if (on.length > 0) return done(slotsSaid(doing, board, on));
    const soon = next[0];
    return done({
      text: soon
        ? t('bot-looking:now.nothing', {
            time: `${timeText(board, soon)} (${zoneName(board.zone)})`,
            relative: relative(soon.startsAt, board.now),
          })
        : t('bot-looking:now.over', { event: campOf(doing.given).name }),
      items: soon
        ? [{ label: t('bot-looking:items.schedule'), send: `schedule ${campOf(doing.given).slug}` }]
        : [],
    });
  },
};

/** `next`: what comes after that; where no BarCamp is near, the next events. */
export const next: Dialogue = {
  name: 'next',
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: nearCamp },
  async act(doing) {
    if (!doing.given.camp) return events.act!(doing);
    const board = await boardFor(doing);
    const coming = nowAndNext(board.grid.slots, board.now).next;
    if (coming.length === 0)
      return done({ text: t('bot-looking:now.over', { event: campOf(doing.given).name }) });
    return done(slotsSaid(doing, board, coming));
  },
};

async function nearCamp(checking: Checking): Promise<Outcome> {
  const { ctx, me, typed, rest } = checking;
  const found = await findCamp(ctx, me, [typed, ...rest].filter(Boolean));
  const far =
    'camp' in found && found.used === 0 && found.camp.startsAt.getTime() > ctx.now().getTime() + hours24;
  const none = 'several' in found && found.several.length === 0;
  const over = 'camp' in found && found.used === 0 && found.camp.endsAt <= ctx.now();
  return far || none || over ? { kind: 'given', given: { camp: null }, used: 99 } : checkCamp(checking);
}

/** `room Red`: what is in that room from now on. */
export const room: Dialogue = {
  name: 'room',
  begin: beginLine,
  slots: () => [campSlot(), { name: 'room', label: t('bot-sessions:cell.room'), prompt: '', listed: true }],
  checks: { camp: checkCamp, room: readRoom },
  async act(doing) {
    const board = await boardFor(doing);
    const found = board.grid.rooms.find((one) => one.id === doing.given.room);
    return done(found ? roomSaid(doing, board, found) : { text: t('refusals:room_unknown') });
  },
};

async function readRoom(checking: Checking): Promise<Outcome> {
  const board = await boardFor(checking);
  const { rooms } = board.grid;
  if (rooms.length === 0) return done({ text: t('bot-sessions:no_grid') });
  const words = [checking.typed, ...checking.rest].filter(Boolean).join(' ');
  const number = /^\d{1,2}$/.test(words) ? `room ${words}` : words;
  const said = readWords(board, number);
  const holding = rooms.filter((one) => one.name.toLowerCase().includes(words.toLowerCase()));
  const found = said.room ?? (words && holding.length === 1 ? holding[0] : undefined);
  if (found) return { kind: 'given', given: { room: found.id }, used: checking.rest.length + 1 };
  const items = rooms.slice(0, 12).map((one): Item => ({ label: one.name, send: roomWords(board, one) }));
  const text = words ? t('bot-looking:room.unknown', { typed: cut(words, 40) }) : t('bot-looking:room.which');
  return { kind: 'choose', slot: 'room', text, items, rest: [] };
}

function roomSaid({ given }: Doing, board: Board, found: GridRoom): Said {
  const left = board.grid.slots.filter((slot) => slot.endsAt > board.now);
  const slots = (left.length > 0 ? left : board.grid.slots).filter((slot) => slot.title === null);
  const at = new Map(
    board.grid.sessions.flatMap((one) => (one.place?.roomId === found.id ? [[one.place.slotId, one]] : [])),
  );
  const items = slots.flatMap((slot) => {
    const session = at.get(slot.id);
    return session ? [sessionItem(campOf(given), session, timeText(board, slot))] : [];
  });
  const free = slots.filter((slot) => !at.has(slot.id) && slot.endsAt > board.now);
  const times = freeTimes(board, free.slice(0, 8));
  return {
    text: t(items.length > 0 ? 'bot-looking:room.text' : 'bot-looking:room.nothing', { room: found.name }),
    items: items.slice(0, 8),
    after: times.length > 0 ? t('bot-looking:room.free', { times: times.join('; ') }) : undefined,
  };
}

/** `Sat 30 May 10:30, 11:00`, `Sun 31 May 10:00`: the day where there are several. */
const freeTimes = ({ days, zone }: Board, free: GridSlot[]): string[] =>
  days.flatMap((day) => {
    const times = day.slots.filter((slot) => free.includes(slot)).map((slot) => clock(slot.startsAt, zone));
    if (times.length === 0) return [];
    return [[days.length > 1 ? day.shown : '', times.join(', ')].filter(Boolean).join(' ')];
  });

/** `at 14:00`, `at sat 14:00`: what is on then. */
export const at: Dialogue = {
  name: 'at',
  begin: beginLine,
  slots: () => [
    campSlot(),
    { name: 'at', label: t('bot-sessions:cell.time'), prompt: t('bot-looking:at.which') },
  ],
  checks: { camp: checkCamp, at: readAt },
  async act(doing) {
    const board = await boardFor(doing);
    const ids = doing.given.at as number[];
    return done(
      slotsSaid(
        doing,
        board,
        board.grid.slots.filter((slot) => ids.includes(slot.id)),
      ),
    );
  },
};

async function readAt(checking: Checking): Promise<Outcome> {
  const board = await boardFor(checking);
  const text = [checking.typed, ...checking.rest].join(' ');
  const said = readCell(board, text);
  const again = (key: string) =>
    ({ kind: 'again', slot: 'at', text: t(`bot-looking:at.${key}`, { typed: cut(text, 40) }) }) as const;
  if (!said.time || said.unread) return again('unread');
  const slots = duringOf(board, said.time, said.day?.day);
  if (slots.length === 0) return again('nothing');
  return { kind: 'given', given: { at: slots.map((one) => one.id) }, used: checking.rest.length + 1 };
}

/** Of the day named; else today's, else of the first day to come that has something then. */
function duringOf(board: Board, time: string, day?: string): GridSlot[] {
  if (time === 'now') return nowAndNext(board.grid.slots, board.now).now;
  const today = dayOf(board.now, board.zone);
  const days = board.days.filter((one) => (day ? one.day === day : one.day >= today));
  const found = (days.length > 0 ? days : board.days).map((one) => slotsDuring(one.slots, board.zone, time));
  return found.find((slots) => slots.length > 0) ?? [];
}

/** What goes on in these slots: each with its time above it, starred first; then the rooms that are free. */
function slotsSaid({ given }: Doing, board: Board, slots: GridSlot[]): Said {
  const camp = campOf(given);
  const all = slots.map((slot) => onAt(board.grid, slot));
  const lines = all.map(({ slot }) =>
    [`${timeText(board, slot)} (${zoneName(board.zone)})`, slot.title].filter(Boolean).join(' '),
  );
  const items = all.flatMap((one, n) => slotItems(camp, one, all.length > 1 ? lines[n] : undefined));
  const free = all.map(freeText).filter(Boolean);
  const head = all.length > 1 && items.length > 0 ? '' : lines.join('\n');
  const empty = items.length === 0 && all.every((one) => one.slot.title === null);
  return {
    text: [head || camp.name, empty ? t('bot-looking:nobody') : ''].filter(Boolean).join('\n'),
    items,
    after: free.length > 0 ? free[0] : undefined,
  };
}

const done = (said: Said): Outcome => ({ kind: 'done', said });
