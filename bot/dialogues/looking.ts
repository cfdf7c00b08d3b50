import type { Ctx } from '../../src/context.ts';
import { upcomingEvents } from '../../src/services/events/lists.ts';
import type { EventWithSeries } from '../../src/services/events/queries.ts';
import { campsMeant } from '../../src/services/events/rules.ts';
import { nowAndNext } from '../../src/services/grid/days.ts';
import { onAt } from '../../src/services/grid/looking.ts';
import { type GridSlot, gridAround, type Listed } from '../../src/services/grid/queries.ts';
import { relative, zoneNote } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Outcome, Said } from '../dialogue.ts';
import { chooseCamp } from './barcamp.ts';
import { beginLine, campOf, campSlot, checkNamedCamp, keepCamp } from './camp-slot.ts';
import { type Board, boardOf, otherDay, timeText } from './cells.ts';
import { events } from './events.ts';
import { eventItem, pageSize } from './lines.ts';
import { itemsOf, slotSaid, withDay } from './session-lines.ts';

const oneDay = 24 * 3600_000;

/** `now`: what is on at this moment, room by room; where no BarCamp is near, the events that are on. */
export const now: Dialogue = {
  name: 'now',
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: (checking) => nearCamp(checking, 'now') },
  act: async (doing) => (doing.given.camp ? onGrid(doing, 'now') : onNow(doing)),
};

/** `next`: what comes after that; where no BarCamp is near, the next events. */
export const next: Dialogue = {
  name: 'next',
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: (checking) => nearCamp(checking, 'next') },
  act: async (doing) => (doing.given.camp ? onGrid(doing, 'next') : events.act!(doing)),
};

type Which = 'now' | 'next';

/** What was seen of the grid while it was found out which BarCamp is meant: for the rest of the same message. */
const seen = new WeakMap<Ctx, Awaited<ReturnType<typeof gridAround>>>();

/** A BarCamp that nobody named counts while it is on, and from a day before it begins. */
async function nearCamp(checking: Checking, which: Which): Promise<Outcome> {
  const { ctx, me, typed, rest } = checking;
  if (typed !== '' || rest.length > 0) return checkNamedCamp(checking);
  const now = ctx.now();
  const around = await gridAround(ctx.db, which, { now, personId: me.personId });
  seen.set(ctx, around);
  const meant = campsMeant(around.camps, now);
  const isNear = meant.some((one) => one.startsAt.getTime() < now.getTime() + oneDay && one.endsAt > now);
  if (!isNear) return { kind: 'given', given: { camp: null } };
  const [only, ...others] = meant;
  if (others.length > 0) return chooseCamp(meant);
  return { kind: 'given', given: { camp: keepCamp(only!, false), line: false }, used: 0 };
}

async function onGrid({ ctx, me, given }: Doing, which: Which): Promise<Outcome> {
  const camp = campOf(given);
  const now = ctx.now();
  const last = seen.get(ctx);
  const isIt = last?.eventId === camp.id;
  const { grid } = isIt
    ? last
    : await gridAround(ctx.db, which, { now, personId: me.personId, eventId: camp.id });
  const board = boardOf(grid, camp.zone, now);
  if (board.grid.slots.length === 0) return done({ text: t('bot-sessions:no_grid') });
  const found = nowAndNext(board.grid.slots, board.now);
  if (found[which].length > 0) return done(slotsSaid({ given }, board, found[which]));
  const soon = found.next[0];
  if (!soon) return done({ text: t('bot-looking:now.over', { event: camp.name }) });
  const begun = board.grid.slots.some((slot) => slot.startsAt <= board.now);
  const text = t(begun ? 'bot-looking:now.goes_on' : 'bot-looking:now.begins', {
    event: camp.name,
    time: timeIn(board, soon),
    relative: relative(soon.startsAt, board.now, board.zone),
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
export function slotsSaid({ given }: Pick<Doing, 'given'>, board: Board<Listed>, slots: GridSlot[]): Said {
  const camp = campOf(given);
  const all = slots.map((slot) => onAt(board.grid, slot));
  if (all.length === 1) {
    const head = [timeIn(board, slots[0]!), slots[0]!.title].filter(Boolean).join(' ');
    return slotSaid(camp, board, all[0]!, head);
  }
  const { items, rest } = itemsOf(camp, board, all);
  const head = t('bot-looking:times', {
    event: withDay(board, camp.name),
    zone: zoneNote(camp.zone, slots[0]!.startsAt),
  });
  return { text: head, items, after: rest.join('\n') || undefined };
}

/** A time with its day, unless that is today on a grid of one day, and its zone's name. */
export const timeIn = (board: Board<unknown>, slot: GridSlot): string =>
  [otherDay(board), `${timeText(board, slot)} (${zoneNote(board.zone, slot.startsAt)})`]
    .filter(Boolean)
    .join(', ');

const done = (said: Said): Outcome => ({ kind: 'done', said });
