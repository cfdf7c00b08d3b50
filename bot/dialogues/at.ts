import { onAt, slotsDuring } from '../../src/services/grid/looking.ts';
import type { GridRoom, GridSlot } from '../../src/services/grid/queries.ts';
import { dayOf } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Outcome } from '../dialogue.ts';
import { gridSaid } from './camp-schedule.ts';
import { beginLine, campOf, campSlot, checkAnyCamp } from './camp-slot.ts';
import { readWords } from './cell-words.ts';
import type { Board } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { shortened } from './fields.ts';
import { now, slotsSaid, timeIn } from './looking.ts';
import { slotSaid } from './session-lines.ts';

/** `at 14:00`, `at sat 14:00`, `at 14:00 Red`: what is on then; `at sunday`: that day. */
export const at: Dialogue = {
  name: 'at',
  begin: beginLine,
  slots: () => [
    campSlot(),
    { name: 'at', label: t('bot-sessions:cell.time'), prompt: t('bot-looking:at.which'), takes },
  ],
  checks: { camp: checkAnyCamp, at: readAt },
  async act(doing) {
    const { given } = doing;
    if (given.day) return { kind: 'done', said: await gridSaid(doing) };
    const board = await boardFor(doing);
    const ids = given.at as number[];
    const slots = board.grid.slots.filter((slot) => ids.includes(slot.id));
    const room = board.grid.rooms.find((one) => one.id === given.room);
    const said = room && slots[0] ? roomThen(doing, board, slots[0], room) : slotsSaid(doing, board, slots);
    return { kind: 'done', said };
  },
};

/** `now` and `at 14:00` are commands elsewhere. */
const takes = (text: string) => /^(now|at)\b/i.test(text);

async function readAt(checking: Checking): Promise<Outcome> {
  const board = await boardFor(checking);
  if (board.grid.slots.length === 0) return { kind: 'done', said: { text: t('bot-sessions:no_grid') } };
  const text = [checking.typed, ...checking.rest].join(' ').replace(/^at\s+/i, '');
  const { days, time, fold, room, unread } = readWords(board, text);
  const used = checking.rest.length + 1;
  if (unread || !(time || days.length > 0)) return again('unread', text);
  if (!time) return { kind: 'given', given: { at: [], day: days[0]!.day }, used };
  if (time === 'now') return now.act!(checking);
  const slots = duringOf(board, time, days, fold);
  if (slots.length === 0) return again('nothing', text);
  return { kind: 'given', given: { at: slots.map((one) => one.id), room: room?.id }, used };
}

const again = (key: 'unread' | 'nothing', text: string): Outcome => ({
  kind: 'again',
  slot: 'at',
  text: t(`bot-looking:at.${key}`, { typed: shortened(text, 40) }),
});

/** Of the days named; else today's, else of the first day to come that has something then. */
function duringOf(board: Board, time: string, named: Board['days'], fold?: 'earlier' | 'later'): GridSlot[] {
  const today = dayOf(board.now, board.zone);
  const coming = board.days.filter((one) => one.day >= today);
  const days = [named, coming, board.days].find((some) => some.length > 0) ?? [];
  const found = days.map((one) => slotsDuring(one.slots, board.zone, time, fold));
  return found.find((slots) => slots.length > 0) ?? [];
}

/** What is in one room then. */
function roomThen({ given }: Doing, board: Board, slot: GridSlot, room: GridRoom) {
  const { held, free } = onAt(board.grid, slot);
  const there = {
    slot,
    held: held.filter((one) => one.room.id === room.id),
    free: free.filter((one) => one.id === room.id),
  };
  const head = [`${room.name}, ${timeIn(board, slot)}`, slot.title].filter(Boolean).join(' ');
  return slotSaid(campOf(given), board, there, head);
}
