import { swapSessions, unplaceSession } from '../../src/services/grid/commands.ts';
import { zoneNote } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue, Given, Outcome, Slot } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkCamp, lineFor } from './camp-slot.ts';
import { type Board, cellText, cellWords } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { checkSession, type KeptSession, type Kind, refused, sessionSlot } from './mine.ts';

const placed: Omit<Kind, 'word'> = { lists: (one) => one.place !== null, places: true };
const swapping: Kind = { ...placed, word: 'swap' };
const takingOff: Kind = { ...placed, word: 'off' };

/** `swap 12 7`: two sessions change places. */
export const swap: Dialogue = {
  name: 'swap',
  needsPerson: true,
  needsProof: true,
  begin: beginLine,
  slots: (given) => [campSlot(), sessionSlot(swapping), otherSlot(given)],
  checks: { camp: checkCamp, session: checkSession(swapping) },
  async act(doing) {
    const { ctx, given, key } = doing;
    const camp = campOf(given);
    const [first, second] = [(given.session as KeptSession).number, given.other as number];
    const result = await swapSessions(ctx, camp.slug, first, second, key);
    if (!result.ok) return refused(result.refusal);
    const board = await boardFor(doing);
    const text = result.value
      .map(({ title, place }) =>
        t('bot-sessions:placed', {
          title,
          cell: placeText(board, place),
          zone: zoneNote(board.zone, board.now),
        }),
      )
      .join('\n');
    const items = [{ label: t('bot-sessions:items.swap_back'), send: lineFor('swap', camp, first, second) }];
    return { kind: 'done', said: { text, items }, wrote: true };
  },
};

const otherSlot = (given: Given): Slot => ({
  name: 'other',
  label: t('bot-sessions:session'),
  prompt: t('bot-sessions:swap_with', { title: (given.session as KeptSession | undefined)?.title }),
  read(text) {
    const number = /^#?(\d{1,6})$/.exec(text)?.[1];
    return number ? { value: Number(number) } : { error: t('bot-sessions:no_session_number') };
  },
});

/** `off 12`: takes a session off the grid; it stays proposed. */
export const off: Dialogue = {
  name: 'off',
  also: ['unplace'],
  needsPerson: true,
  needsProof: true,
  begin: beginLine,
  slots: () => [campSlot(), sessionSlot(takingOff)],
  checks: { camp: checkCamp, session: checkSession(takingOff) },
  async act(doing): Promise<Outcome> {
    const { ctx, given } = doing;
    const camp = campOf(given);
    const { number, title, place } = given.session as KeptSession;
    const result = await unplaceSession(ctx, camp.slug, number);
    if (!result.ok) return { kind: 'done', said: { text: refusalText(t, result.refusal) } };
    const back = place && backWords(await boardFor(doing), place);
    const items = [
      back
        ? {
            label: t('bot-sessions:items.back', { cell: back.text }),
            send: lineFor('claim', camp, number, back.words),
          }
        : { label: t('bot-sessions:items.claim'), send: lineFor('claim', camp, number) },
    ];
    return { kind: 'done', said: { text: t('bot-sessions:off', { title }), items }, wrote: true };
  },
};

type Place = { roomId: number; slotId: number } | null;

function cellAt({ grid }: Board, place: Place) {
  const room = grid.rooms.find((one) => one.id === place?.roomId);
  const slot = grid.slots.find((one) => one.id === place?.slotId);
  return room && slot && { room, slot };
}

function placeText(board: Board, place: Place): string {
  const cell = cellAt(board, place);
  return cell ? cellText(board, cell.slot, cell.room) : '';
}

function backWords(board: Board, place: Place) {
  const cell = cellAt(board, place);
  return (
    cell && {
      text: cellText(board, cell.slot, cell.room),
      words: cellWords(board, cell.slot, cell.room),
    }
  );
}
