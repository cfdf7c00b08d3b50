import { placeSession } from '../../src/services/grid/commands.ts';
import { freeNear } from '../../src/services/grid/free.ts';
import { warningText } from '../../src/services/grid/messages.ts';
import { starredPairs } from '../../src/services/grid/queries.ts';
import { type Cell, keyOf, warningsFor } from '../../src/services/grid/rules.ts';
import type { Session } from '../../src/services/sessions/queries.ts';
import type { Refusal } from '../../src/shared/result.ts';
import { zoneNote } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue, Doing, Item, Outcome } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkCamp, lineFor } from './camp-slot.ts';
import { type Board, cellText, cellWords } from './cells.ts';
import {
  boardFor,
  checkRoom,
  checkTime,
  nothingFree,
  roomSlot,
  saysCell,
  timeSlot,
} from './choosing-cell.ts';
import { checkSession, type KeptSession, type Kind, sessionSlot } from './mine.ts';

const claiming: Kind = { word: 'claim', lists: (one) => !one.place, places: true, after: saysCell };
const moving: Kind = { word: 'move', lists: (one) => one.place !== null, places: true, after: saysCell };

const placing = (kind: Kind, also: string[]): Dialogue => ({
  name: kind.word,
  also,
  needsPerson: true,
  needsProof: true,
  begin: beginLine,
  slots: () => [campSlot(), sessionSlot(kind), timeSlot(), roomSlot()],
  checks: { camp: checkCamp, session: checkSession(kind), at: checkTime, room: checkRoom },
  act,
});

/** `claim 12 sat 14:00 Red`: puts a session into a free cell of the grid. */
export const claim = placing(claiming, ['take', 'place']);

/** `move 12 sat 14:00 Red`: the same for one that is on the grid. */
export const move = placing(moving, []);

async function act(doing: Doing): Promise<Outcome> {
  const { ctx, given } = doing;
  const { number, place } = given.session as KeptSession;
  const cell = { slotId: given.at as number, roomId: given.room as number };
  const result = await placeSession(ctx, { event: campOf(given).slug, session: number, ...cell });
  if (!result.ok) return instead(doing, cell, result.refusal);
  const board = await boardFor(doing);
  // A message that is taken again finds the session where it has put it: what it was told before counts.
  const before = [result.value.before, place].find((one) => one && keyOf(one) !== keyOf(cell)) ?? null;
  const said = {
    text: await placedText(doing, board, result.value),
    items: [
      { label: t('bot-sessions:items.elsewhere'), send: lineFor('move', campOf(given), number) },
      undo(doing, board, number, before),
    ],
  };
  return { kind: 'done', said, wrote: true };
}

/** Where it is now, what speaks against that, and where all can be seen. */
async function placedText({ ctx, given }: Doing, board: Board, session: Session): Promise<string> {
  const { rooms, slots, sessions } = board.grid;
  const { slug } = campOf(given);
  const { roomId, slotId } = session.place!;
  const room = rooms.find((one) => one.id === roomId)!;
  const slot = slots.find((one) => one.id === slotId)!;
  const warnings = warningsFor(
    session,
    { room, slot },
    sessions,
    await starredPairs(ctx.db, session.eventId),
  );
  return [
    t('bot-sessions:placed', {
      title: session.title,
      cell: cellText(board, slot, room),
      zone: zoneNote(board.zone, slot.startsAt),
    }),
    ...(warnings.length > 0 ? [t('bot-sessions:look_again')] : []),
    ...warnings.map((one) => `- ${warningText(t, one)}`),
    `${ctx.baseUrl}/events/${slug}/schedule`,
  ].join('\n');
}

function undo({ given }: Doing, board: Board, number: number, before: Cell | null): Item {
  const slot = board.grid.slots.find((one) => one.id === before?.slotId);
  const room = board.grid.rooms.find((one) => one.id === before?.roomId);
  if (!slot || !room)
    return { label: t('bot-sessions:items.off'), send: lineFor('off', campOf(given), number) };
  return {
    label: t('bot-sessions:items.back', { cell: cellText(board, slot, room) }),
    send: lineFor('move', campOf(given), number, cellWords(board, slot, room)),
  };
}

const mostInstead = 5;

/** Who has the cell, or what is wrong with it, and the free ones near it as lines that could be typed. */
async function instead(doing: Doing, cell: Cell, refusal: Refusal): Promise<Outcome> {
  const text = refusalText(t, refusal);
  if (!refusal.code.startsWith('cell_')) return { kind: 'done', said: { text } };
  const { given, ctx } = doing;
  const { number, stars } = given.session as KeptSession;
  const board = await boardFor(doing);
  const free = freeNear(board.grid, cell, stars, ctx.now(), mostInstead);
  if (free.length === 0) return { kind: 'done', said: { text: [text, nothingFree(board)].join('\n') } };
  const items = free.map(({ room, slot }): Item => {
    const label = cellText(board, slot, room);
    return { label, send: lineFor('claim', campOf(given), number, cellWords(board, slot, room)) };
  });
  const said = { text: [text, t('bot-sessions:instead')].join('\n'), items };
  return { kind: 'done', said: { ...said, after: t('bot-sessions:instead_line', { line: items[0]!.send }) } };
}
