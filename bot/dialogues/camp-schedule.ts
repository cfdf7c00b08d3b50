import { onAt } from '../../src/services/grid/looking.ts';
import { slotsOf } from '../../src/services/grid/queries.ts';
import { dayOf, zoneName } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Doing, Given, Item, Said } from '../dialogue.ts';
import { findCamp } from './barcamp.ts';
import { campOf, type KeptCamp } from './camp-slot.ts';
import { type Board, timeText } from './cells.ts';
import { boardFor } from './choosing-cell.ts';
import { slotItems } from './session-lines.ts';

type Asking = Pick<Doing, 'ctx' | 'me'>;

/**
 * The BarCamp whose grid is meant by `schedule`: the one that is named, or without a name the one that is on today. Undefined
 * while it has no grid.
 */
export async function campWithGrid({ ctx, me }: Asking, slug?: string): Promise<KeptCamp | undefined> {
  const found = await findCamp(ctx, me, slug ? [slug] : []);
  if (!('camp' in found) || (slug !== undefined && found.used === 0)) return undefined;
  const { id, name, zone, startsAt, endsAt } = found.camp;
  const [today, from, to] = [ctx.now(), startsAt, endsAt].map((one) => dayOf(one, zone)) as [
    string,
    string,
    string,
  ];
  if (slug === undefined && (today < from || today > to)) return undefined;
  if ((await slotsOf(ctx.db, id)).length === 0) return undefined;
  return { id, slug: found.camp.slug, name, zone, named: slug !== undefined };
}

const mostItems = 5;
const mostSlots = 6;

/** The grid by time, from now on, as many whole times as make a short answer; all of it when it is over. */
export async function gridSaid(doing: Doing): Promise<Said> {
  const { given } = doing;
  const camp = campOf(given);
  const board = await boardFor(doing);
  const left = board.grid.slots.filter((slot) => slot.endsAt > board.now);
  const slots = left.length > 0 ? left : board.grid.slots;
  const from = Number(given.from ?? 0);
  const { items, next, rest } = page(board, camp, slots, from);
  const more: Given | undefined = next < slots.length ? { ...given, from: next } : undefined;
  const hint = t(more ? 'bot:events.after_more' : 'bot:events.after');
  return {
    text:
      from > 0
        ? t('bot-looking:further')
        : t('bot-looking:schedule', { event: camp.name, zone: zoneName(camp.zone) }),
    items,
    after: [...rest, items.length > 0 ? hint : t('bot-looking:nobody')].join('\n'),
    more,
  };
}

/** `next`: the slot that the following page begins with; `rest`: times at the end in which nobody holds anything. */
function page(board: Board, camp: KeptCamp, slots: Board['grid']['slots'], from: number) {
  const items: Item[] = [];
  let rest: string[] = [];
  let next = from;
  while (next < slots.length && items.length < mostItems && next < from + mostSlots) {
    const at = onAt(board.grid, slots[next]!);
    if (next > from && items.length + at.held.length > mostItems) break;
    const line = [
      timeText(board, at.slot),
      at.slot.title ?? (at.held.length > 0 ? '' : t('bot-looking:all_free')),
    ];
    rest.push(line.filter(Boolean).join(' '));
    if (at.held.length > 0) {
      items.push(...slotItems(camp, at, rest.join('\n')));
      rest = [];
    }
    next++;
  }
  return { items, next, rest };
}
