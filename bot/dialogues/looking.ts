import { type EventWithSeries, upcomingEvents } from '../../src/services/events/queries.ts';
import { nowAndNext } from '../../src/services/grid/days.ts';
import { onAt } from '../../src/services/grid/looking.ts';
import type { GridSlot } from '../../src/services/grid/queries.ts';
import { relative, zoneName } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Outcome, Said } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { beginLine, campOf, campSlot, checkNamedCamp } from './camp-slot.ts';
import { type Board, otherDay, timeText } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { events } from './events.ts';
import { eventItem, pageSize } from './lines.ts';
import { itemsOf, slotSaid, withDay } from './session-lines.ts';

const oneDay = 24 * 3600_000;

/** `now`: what is on at this moment, room by room; where no BarCamp is near, the events that are on. */
export const now: Dialogue = {
  name: 'now',
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: nearCamp },
  act: async (doing) => (doing.given.camp ? onGrid(doing, 'now') : onNow(doing)),
};

/** `next`: what comes after that; where no BarCamp is near, the next events. */
export const next: Dialogue = {
  name: 'next',
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: nearCamp },
  act: async (doing) => (doing.given.camp ? onGrid(doing, 'next') : events.act!(doing)),
};

/** A BarCamp that nobody named counts while it is on, and from a day before it begins. */
async function nearCamp(checking: Checking): Promise<Outcome> {
  const { ctx, me, typed, rest } = checking;
  if (typed !== '' || rest.length > 0) return checkNamedCamp(checking);
  const found = await findCamp(ctx, me);
  const camps = 'camp' in found ? [found.camp] : found.several;
  const at = ctx.now().getTime();
  const near = camps.some((one) => one.startsAt.getTime() < at + oneDay && one.endsAt.getTime() > at);
  return near ? checkNamedCamp(checking) : { kind: 'given', given: { camp: null } };
}

async function onGrid(doing: Doing, which: 'now' | 'next'): Promise<Outcome> {
  const camp = campOf(doing.given);
  const board = await boardFor(doing);
  if (board.grid.slots.length === 0) return done({ text: t('bot-sessions:no_grid') });
  const found = nowAndNext(board.grid.slots, board.now);
  if (found[which].length > 0) return done(slotsSaid(doing, board, found[which]));
  const soon = found.next[0];
  if (!soon) return done({ text: t('bot-looking:now.over', { event: camp.name }) });
  const begun = board.grid.slots.some((slot) => slot.startsAt <= board.now);
  const text = t(begun ? 'bot-looking:now.goes_on' : 'bot-looking:now.begins', {
    event: camp.name,
    time: timeIn(board, soon),
    relative: relative(soon.startsAt, board.now),
  });
  return done({ text, items: [{ label: t('bot-looking:items.schedule'), send: `schedule ${camp.slug}` }] });
}

async function onNow({ ctx }: Doing): Promise<Outcome> {
  const coming = await upcomingEvents(ctx.db, ctx.now(), 100);
  const on = coming.filter((one) => one.startsAt <= ctx.now() && one.state === 'published');
  const items = (rows: EventWithSeries[]) =>
    rows.slice(0, pageSize).map((one) => eventItem(one, ctx.now(), `event ${one.slug}`));
  if (on.length > 0) return done({ text: t('bot-looking:now.events'), items: items(on) });
  if (coming.length === 0) return done({ text: t('bot:events.none') });
  return done({ text: t('bot-looking:now.none'), items: items(coming), after: t('bot-looking:now.all') });
}

/** What goes on in these slots: under the time of each, what was starred first; of one slot, also the rooms that are free. */
export function slotsSaid({ given }: Pick<Doing, 'given'>, board: Board, slots: GridSlot[]): Said {
  const camp = campOf(given);
  const all = slots.map((slot) => onAt(board.grid, slot));
  if (all.length === 1) {
    const head = [timeIn(board, slots[0]!), slots[0]!.title].filter(Boolean).join(' ');
    return slotSaid(camp, board, all[0]!, head);
  }
  const { items, rest } = itemsOf(camp, board, all);
  const head = t('bot-looking:times', { event: withDay(board, camp.name), zone: zoneName(camp.zone) });
  return { text: head, items, after: rest.join('\n') || undefined };
}

/** A time with its day, unless that is today on a grid of one day, and its zone's name. */
export const timeIn = (board: Board, slot: GridSlot): string =>
  [otherDay(board), `${timeText(board, slot)} (${zoneName(board.zone)})`].filter(Boolean).join(', ');

const done = (said: Said): Outcome => ({ kind: 'done', said });
