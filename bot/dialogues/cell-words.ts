import type { GridRoom } from '../../src/services/grid/queries.ts';
import { dayAfter, dayOf, longDay, shortDay } from '../../src/shared/time.ts';
import type { Board, Day } from './cells.ts';

type Fold = 'earlier' | 'later';
type Words = { days: Day[]; time?: string; fold?: Fold; room?: GridRoom; unread?: string };

/**
 * What the words of a text name. What can be only one thing is taken first: `room 2`, then `2pm`, `2 p.m.` and `14.00`, then
 * days, then rooms by the longest name; a bare `14` that is left is an hour.
 */
export function readWords(board: Board, text: string): Words {
  const plain = text.toLowerCase().replace(/[",]/g, ' ').replace(/\s+/g, ' ').trim();
  let left = ` ${plain.replace(/(\d) ?([ap])\.?m\.?(?= |$)/g, '$1$2m')} `;
  const take = (words: string): boolean => {
    const at = words ? left.indexOf(` ${words} `) : -1;
    if (at >= 0) left = `${left.slice(0, at)} ${left.slice(at + words.length + 1)}`;
    return at >= 0;
  };
  const { rooms } = board.grid;
  const names = [...rooms].sort((a, b) => b.name.length - a.name.length);
  const lower = (room: GridRoom) => room.name.toLowerCase().replace(/[",]/g, ' ').replace(/\s+/g, ' ').trim();
  const found: Words = { days: [] };
  found.room = names.find((room) => take(`room ${lower(room)}`)) ?? nth(rooms, take);
  found.time = timeIn(left, take, false);
  found.fold = (['earlier', 'later'] as const).find((word) => take(word));
  found.days = daysIn(board, take);
  found.room ??= names.find((room) => take(lower(room)));
  found.time ??= timeIn(left, take, true);
  for (const word of ['yes', 'at', 'in', 'on', 'the', 'room']) take(word);
  found.unread = left.trim() || undefined;
  return found;
}

/** `room 2`: the second, where none is called so. */
const nth = (rooms: GridRoom[], take: (words: string) => boolean): GridRoom | undefined =>
  rooms.find((_, index) => take(`room ${index + 1}`));

function timeIn(left: string, take: (words: string) => boolean, bare: boolean): string | undefined {
  const words = left.trim().split(' ');
  const word = words.find((one) => readTime(one) && (bare || !/^\d+$/.test(one)));
  if (word === undefined) return undefined;
  take(word);
  return readTime(word);
}

/** `14:00` of `14:00`, `14.00`, `1400`, `2pm`, `2:30pm`, `14h`, `14`; `12:00` of `noon`; `now` stays. */
export function readTime(word: string): string | undefined {
  if (word === 'now') return word;
  if (word === 'noon' || word === 'midday') return '12:00';
  if (word === 'midnight') return '00:00';
  // Three digits could be 1:40 or 14:0.
  if (/^\d{3}h?$/.test(word)) return undefined;
  const [, hours, minutes = '00', half] = /^(\d{1,2})(?:[:.h]?(\d{2}))?(am|pm|h)?$/.exec(word) ?? [];
  if (hours === undefined) return undefined;
  const twelve = half === 'am' || half === 'pm';
  const hour = twelve ? (Number(hours) % 12) + (half === 'pm' ? 12 : 0) : Number(hours);
  if (
    hour > 23 ||
    Number(minutes) > 59 ||
    (twelve && Number(hours) > 12) ||
    (half === 'pm' && Number(hours) === 0)
  )
    return undefined;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

function daysIn(board: Board, take: (words: string) => boolean): Day[] {
  const { days, now, zone } = board;
  const today = dayOf(now, zone);
  const tomorrow = dayAfter(today);
  const relative = { today, tomorrow, heute: today, morgen: tomorrow };
  for (const [word, day] of Object.entries(relative))
    if (days.some((one) => one.day === day) && take(word)) return days.filter((one) => one.day === day);
  const named = days.map((day) => ({ day, forms: formsOf(day, zone) }));
  const forms = named.flatMap((one) => one.forms).sort((a, b) => b.length - a.length);
  const form = forms.find((one) => take(one));
  return form ? named.filter((one) => one.forms.includes(form)).map((one) => one.day) : [];
}

/** `sat`, `saturday`, `31st`, `30 may`, `may 30th`, `sat 30 may 2026`, `2026-05-30`. */
function formsOf({ day, words, slots }: Day, zone: string): string[] {
  const [weekday = '', date = '', month = '', year = ''] = longDay(slots[0]!.startsAt, zone, 'en-GB')
    .toLowerCase()
    .split(' ');
  const [short = '', shortMonth = ''] = [words.at(-1), words[1]?.split(' ')[1]];
  const ordinals = ['st', 'nd', 'rd', 'th'].map((end) => date + end);
  const dates = [date, ...ordinals].flatMap((one) =>
    [month, shortMonth, month.slice(0, 3)].flatMap((name) => [
      `${one} ${name}`,
      `${one} of ${name}`,
      `${name} ${one}`,
    ]),
  );
  const whole = dates.flatMap((one) => [one, `${short} ${one}`, `${weekday} ${one}`]);
  return [
    day,
    short,
    weekday,
    ...spokenDay(slots[0]!.startsAt, zone),
    ...ordinals,
    ...whole,
    ...whole.map((one) => `${one} ${year}`),
  ];
}

/** The weekday in the language that is spoken: `samstag`, `sa`. */
function spokenDay(at: Date, zone: string): string[] {
  const [weekday, short] = [longDay(at, zone), shortDay(at, zone)].map((text) =>
    text.split(' ')[0]!.toLowerCase(),
  );
  return [weekday!, short!, short!.replace('.', '')];
}
