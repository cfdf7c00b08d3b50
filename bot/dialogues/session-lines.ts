import type { InRoom, OnAt } from '../../src/services/grid/looking.ts';
import type { Session } from '../../src/services/sessions/queries.ts';
import { when } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Given, Item, Said } from '../dialogue.ts';
import { type KeptCamp, lineFor } from './camp-slot.ts';
import { type Board, otherDay, timeText } from './cells.ts';
import { shortened } from './fields.ts';
import { pageSize } from './lines.ts';

type Known = Pick<Session, 'number' | 'title' | 'starred' | 'hosts'>;

/** `★ #12 Bread at home (Ann)`. */
export const sessionText = ({ number, title, starred, hosts }: Known): string =>
  t(starred ? 'bot-looking:starred' : 'bot-looking:session', {
    number,
    title: shortened(title, 70),
    hosts: shortened(hosts.map((one) => one.name).join(', '), 40),
  });

/** `Red, Sat 30 May, 10:00–10:30 (London)`. */
export const placeText = ({ place }: Pick<Session, 'place'>, zone: string): string =>
  place ? `${place.room}, ${when(place.startsAt, place.endsAt, zone)}` : t('bot-looking:unplaced');

/** What a list is of, with the day where its times do not say it. */
export const withDay = (board: Board<unknown>, name: string): string =>
  [name, otherDay(board)].filter(Boolean).join(', ');

/** A session of a list: its number tells about it. `where` stands before it. */
export const sessionItem = (camp: KeptCamp, session: Known, where = ''): Item => ({
  label: where ? `${where}: ${sessionText(session)}` : sessionText(session),
  button: shortened(session.title, 40),
  send: lineFor('session', camp, session.number),
});

/** What is on in a slot, room by room. `heading`: above the first. */
const slotItems = (camp: KeptCamp, { held }: OnAt, heading: string): Item[] =>
  held.map(({ room, session }: InRoom, index) => ({
    ...sessionItem(camp, session, room.name),
    ...(index === 0 && heading ? { heading } : {}),
  }));

/** What is on in each of several slots, below its time; `rest`: those at the end in which nobody holds anything. */
export function itemsOf(
  camp: KeptCamp,
  board: Board<unknown>,
  all: OnAt[],
): { items: Item[]; rest: string[] } {
  let rest: string[] = [];
  const items = all.flatMap((at) => {
    rest.push(headingOf(board, at));
    if (at.held.length === 0) return [];
    const heading = rest.join('\n');
    rest = [];
    return slotItems(camp, at, heading);
  });
  return { items, rest };
}

/** `Sat 30 May, 12:00–13:00 Lunch`, or that nobody holds anything then. */
function headingOf(board: Board<unknown>, { slot, held }: OnAt): string {
  const nothing = t(slot.endsAt > board.now ? 'bot-looking:all_free' : 'bot-looking:empty');
  return [timeText(board, slot), slot.title ?? (held.length > 0 ? '' : nothing)].filter(Boolean).join(' ');
}

/** What is on in one slot, room by room, and which rooms are free while it is not over. */
export function slotSaid(camp: KeptCamp, { now }: Board<unknown>, at: OnAt, head: string): Said {
  const coming = at.slot.endsAt > now;
  const empty = at.held.length === 0 && at.slot.title === null;
  const nobody = t(coming ? 'bot-looking:nobody' : 'bot-looking:nobody_then');
  return {
    text: empty ? `${head}\n${nobody}` : head,
    items: slotItems(camp, at, ''),
    after: coming ? freeText(at) : undefined,
  };
}

/** `Free: Red, Blue`; nothing when all rooms are taken. */
function freeText({ free }: OnAt): string | undefined {
  if (free.length === 0) return undefined;
  return free.length > 4
    ? t('bot-looking:free_many', { count: free.length })
    : t('bot-looking:free', { rooms: free.map((one) => one.name).join(', ') });
}

/** A list that `more` goes on with: the page that `given.from` begins. */
export function paged<R>(given: Given, rows: R[], text: string, item: (row: R) => Item): Said {
  const from = Number(given.from ?? 0);
  const more = rows.length > from + pageSize;
  return {
    text: from > 0 ? t('bot-looking:further') : text,
    items: rows.slice(from, from + pageSize).map(item),
    after: t(more ? 'bot:events.after_more' : 'bot:events.after'),
    more: more ? { ...given, from: from + pageSize } : undefined,
  };
}
