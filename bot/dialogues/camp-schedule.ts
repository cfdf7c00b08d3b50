import type { Event } from '../../src/services/events/queries.ts';
import { fromNow, onAt, slotsThatFit } from '../../src/services/grid/looking.ts';
import { type GridSlot, slotsOf } from '../../src/services/grid/queries.ts';
import { hasSessions } from '../../src/services/sessions/rules.ts';
import { dayOf, zoneNote } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Doing, Said } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { campOf, type KeptCamp, keepCamp } from './camp-slot.ts';
import { readWords } from './cell-words.ts';
import type { Board } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { itemsOf, withDay } from './session-lines.ts';

type Asking = Pick<Doing, 'ctx' | 'me'>;

/** The BarCamps that are on today, if `schedule` alone can mean their grids: one with a grid, or several. */
export async function campsToday({ ctx, me }: Asking): Promise<KeptCamp[]> {
  const found = await findCamp(ctx, me);
  const camps = 'camp' in found ? [found.camp] : found.several;
  const today = camps.filter(({ startsAt, endsAt, zone }) => {
    const day = dayOf(ctx.now(), zone);
    return dayOf(startsAt, zone) <= day && day <= dayOf(endsAt, zone);
  });
  if (today.length !== 1) return today.map((one) => keepCamp(one, true));
  const camp = await gridOfEvent({ ctx }, today[0]!);
  return camp ? [{ ...camp, named: false }] : [];
}

/** The BarCamp that is on today, if the words name a day of its grid: `schedule sunday`. */
export async function dayOfToday(asking: Asking, words: string): Promise<KeptCamp | undefined> {
  const [camp, another] = await campsToday(asking);
  if (!camp || another) return undefined;
  const { days, unread } = readWords(await boardFor({ ctx: asking.ctx, given: { camp } }), words);
  return days.length > 0 && !unread ? camp : undefined;
}

/** The event, if it has a grid. */
export async function gridOfEvent({ ctx }: Pick<Doing, 'ctx'>, event: Event): Promise<KeptCamp | undefined> {
  if (!hasSessions(event) || event.state !== 'published') return undefined;
  return (await slotsOf(ctx.db, event.id)).length > 0 ? keepCamp(event, true) : undefined;
}

const mostSessions = 5;
const mostSlots = 6;

/** The grid by time, from now on or of a day, as many whole times as make a short answer; all of it when it is over. */
export async function gridSaid(doing: Doing): Promise<Said> {
  const { given } = doing;
  const camp = campOf(given);
  const board = await boardFor(doing);
  const day = board.days.find((one) => one.day === given.day) ?? dayIn(board, given.about);
  const all = day?.slots ?? fromNow(board.grid.slots, board.now);
  const from = Number(given.from ?? 0);
  const left = all.slice(from).map((slot) => onAt(board.grid, slot));
  const held = left.map((one) => one.held.length);
  const page = left.slice(0, slotsThatFit(held, mostSlots, mostSessions));
  const { items, rest } = itemsOf(camp, board, page);
  const more = page.length < left.length ? { ...given, from: from + page.length } : undefined;
  const coming = page.some(({ slot }) => slot.endsAt > board.now);
  return {
    text: from > 0 ? t('bot-looking:further') : headOf(camp, board, all),
    items,
    after: [...rest, hintOf(items.length, more !== undefined, coming)].filter(Boolean).join('\n'),
    more,
  };
}

function hintOf(items: number, more: boolean, coming: boolean): string {
  if (items > 0) return t(more ? 'bot:events.after_more' : 'bot:events.after');
  if (more) return t('bot:more_hint');
  return coming ? t('bot-looking:nobody') : '';
}

const dayIn = (board: Board, words: unknown) => readWords(board, String(words ?? '')).days[0];

function headOf({ name, zone }: KeptCamp, board: Board, slots: GridSlot[]): string {
  const over = slots.every((slot) => slot.endsAt <= board.now);
  const begun = board.grid.slots.some((slot) => slot.startsAt <= board.now);
  const key = over ? 'schedule_over' : begun && slots[0]!.endsAt > board.now ? 'schedule_on' : 'times';
  return t(`bot-looking:${key}`, { event: withDay(board, name), zone: zoneNote(zone, slots[0]!.startsAt) });
}
