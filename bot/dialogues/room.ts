import { fromNow } from '../../src/services/grid/looking.ts';
import type { GridRoom, GridSlot } from '../../src/services/grid/queries.ts';
import { clock, zoneNote } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Item, Outcome, Said } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkAnyCamp } from './camp-slot.ts';
import { readWords } from './cell-words.ts';
import { type Board, foldOf, roomWords, timeText } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { shortened } from './fields.ts';
import { paged, sessionItem, withDay } from './session-lines.ts';

/** `room Red`: what is in that room from now on. */
export const room: Dialogue = {
  name: 'room',
  begin: beginLine,
  slots: () => [
    campSlot(),
    {
      name: 'room',
      label: t('bot-sessions:cell.room'),
      prompt: t('bot-looking:room.which'),
      listed: true,
      takes,
    },
  ],
  checks: { camp: checkAnyCamp, room: readRoom },
  async act(doing) {
    const board = await boardFor(doing);
    const found = board.grid.rooms.find((one) => one.id === doing.given.room);
    return done(found ? roomSaid(doing, board, found) : { text: t('refusals:room_unknown') });
  },
};

const takes = (text: string) => /^room\b/i.test(text);

async function readRoom(checking: Checking): Promise<Outcome> {
  const board = await boardFor(checking);
  const { rooms } = board.grid;
  if (rooms.length === 0) return done({ text: t('bot-sessions:no_grid') });
  const words = [checking.typed, ...checking.rest].filter(Boolean).join(' ');
  const found = words ? meant(board, words) : [];
  const used = checking.rest.length + 1;
  if (found.length === 1) return { kind: 'given', given: { room: found[0]!.id }, used };
  const offered = found.length > 0 ? found : rooms;
  const items = offered.slice(0, 12).map((one): Item => ({ label: one.name, send: roomWords(board, one) }));
  return { kind: 'choose', slot: 'room', text: problemOf(words, found.length), items, rest: [] };
}

/** The room that the words name, else those that hold them in their names. */
function meant(board: Board, words: string): GridRoom[] {
  const said = readWords(board, /^\d{1,2}$/.test(words) ? `room ${words}` : words);
  if (said.room) return [said.room];
  return board.grid.rooms.filter((one) => one.name.toLowerCase().includes(words.toLowerCase()));
}

function problemOf(words: string, found: number): string {
  if (!words) return t('bot-looking:room.which');
  const typed = shortened(words, 40);
  return found > 0 ? t('bot-sessions:session_several', { typed }) : t('bot-looking:room.unknown', { typed });
}

function roomSaid({ given }: Doing, board: Board, found: GridRoom): Said {
  const slots = fromNow(board.grid.slots, board.now).filter((slot) => slot.title === null);
  const at = new Map(
    board.grid.sessions.flatMap((one) => (one.place?.roomId === found.id ? [[one.place.slotId, one]] : [])),
  );
  const rows = slots.flatMap((slot) => (at.has(slot.id) ? [{ slot, session: at.get(slot.id)! }] : []));
  const free = slots.filter((slot) => !at.has(slot.id) && slot.endsAt > board.now);
  const times = freeTimes(board, free).join('; ');
  const over = slots.every((slot) => slot.endsAt <= board.now);
  const key = rows.length > 0 ? (over ? 'over' : 'text') : over ? 'nothing_over' : 'nothing';
  const text = t(`bot-looking:room.${key}`, {
    room: rows.length > 0 ? withDay(board, found.name) : found.name,
    zone: zoneNote(board.zone, slots[0]?.startsAt ?? board.now),
  });
  const said = paged(given, rows, text, ({ slot, session }) =>
    sessionItem(campOf(given), session, timeText(board, slot)),
  );
  const hint = rows.length > 0 ? said.after : '';
  const after = [times ? t('bot-looking:room.free', { times }) : '', hint].filter(Boolean).join('\n');
  return { ...said, after };
}

const mostFree = 8;

/** `Sat 30 May 10:30, 11:00`, `Sun 31 May 10:00`: the day where there are several. */
const freeTimes = (board: Board, free: GridSlot[]): string[] =>
  board.days.flatMap((day) => {
    const times = free.slice(0, mostFree).filter((slot) => day.slots.includes(slot));
    if (times.length === 0) return [];
    const named = times.map((slot) =>
      [clock(slot.startsAt, board.zone), foldOf(board, slot)].filter(Boolean).join(' '),
    );
    return [[board.days.length > 1 ? day.shown : '', named.join(', ')].filter(Boolean).join(' ')];
  });

const done = (said: Said): Outcome => ({ kind: 'done', said });
