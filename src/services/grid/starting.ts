import { sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import { rooms, slots } from '../../db/schema.ts';
import { clean } from '../../shared/form.ts';
import { type Issue, invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { clock, instantOf, wallOf, wallPlusDays } from '../../shared/time.ts';
import { readMinutes, readRoom, type SlotValues, several } from './input.ts';
import { eventStretches, freeStretches, type Stretch } from './rules.ts';
import { type Event, managing } from './setting-up.ts';
import { insertSlots } from './slots.ts';

/** A whole grid in one form: `rooms` one a line, `items` such as `12:30-13:30 Lunch` one a line, for each day. */
export type StartInput = { rooms?: unknown; minutes?: unknown; gap?: unknown; items?: unknown };

const most = { rooms: 40, items: 20, slots: 400 } as const;

/**
 * Makes rooms and slots of a grid that has none: from the event's own times, around what all do together. Refuses:
 * event_unknown, not_organiser, grid_started, invalid.
 */
export const startGrid = (ctx: Ctx, slug: string, input: StartInput): Promise<Result<null>> =>
  managing(ctx, slug, async (tx, event) => {
    const there = await tx.execute(sql`select 1 from ${rooms} where event_id = ${event.id}
      union all select 1 from ${slots} where event_id = ${event.id} limit 1`);
    if (there.rows.length > 0) return refuse('conflict', 'grid_started');
    const { values, issues } = readStart(input, event);
    if (issues.length > 0) return invalid(issues);
    await tx
      .insert(rooms)
      .values(values.rooms.map((name, n) => ({ eventId: event.id, name, position: n + 1 })));
    const made = await insertSlots(tx, event.id, values.slots);
    return made.ok ? ok(null) : made;
  });

export function readStart(input: StartInput, event: Event) {
  const issues: Issue[] = [];
  const names = readNames(input.rooms, issues);
  const minutes = readMinutes(input.minutes, 'minutes', issues);
  if (!clean(input.minutes)) issues.push({ field: 'minutes', code: 'required' });
  const gap = readMinutes(input.gap, 'gap', issues) ?? 0;
  const days = eventStretches(event, event.zone);
  const items = readItems(input.items, event, days, issues);
  const made = minutes
    ? days.flatMap((day) =>
        freeStretches(day, items).flatMap((one) => several(one.startsAt, one.endsAt, minutes, gap)),
      )
    : [];
  if (minutes && issues.length === 0 && (made.length === 0 || made.length > most.slots))
    issues.push({ field: 'minutes', code: 'slots_none', data: { max: most.slots } });
  return { values: { rooms: names, slots: [...made, ...items] }, issues };
}

function readNames(raw: unknown, issues: Issue[]): string[] {
  const lines = clean(raw).split('\n');
  const names = [...new Set(lines.map((line) => line.trim()).filter(Boolean))];
  if (names.length === 0) issues.push({ field: 'rooms', code: 'required' });
  if (names.length > most.rooms)
    issues.push({ field: 'rooms', code: 'rooms_many', data: { max: most.rooms } });
  const long = names.flatMap((name) => readRoom({ name }).issues)[0];
  if (long) issues.push({ ...long, field: 'rooms' });
  return names;
}

const line = /^(\d{1,2})[:.](\d\d)\s*(?:-|–|to|until)\s*(\d{1,2})[:.](\d\d)\s+(\S.{0,119})$/;

/** The common items of each day; one that lies outside of every day is refused, as are two at the same time. */
function readItems(raw: unknown, event: Event, days: Stretch[], issues: Issue[]): SlotValues[] {
  const wrong = (code: string, data: Issue['data']) => void issues.push({ field: 'items', code, data });
  const lines = clean(raw)
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean);
  if (lines.length > most.items) wrong('items_many', { max: most.items });
  const items = lines.slice(0, most.items).flatMap((text) => {
    const read = line.exec(text);
    if (!read) return wrong('item_unread', { text }) ?? [];
    const [from, to] = [`${read[1]!.padStart(2, '0')}:${read[2]}`, `${read[3]!.padStart(2, '0')}:${read[4]}`];
    const found = days.flatMap((day) => itemOn(day, event.zone, from, to, read[5]!) ?? []);
    return found.length > 0 ? found : (wrong('item_outside', { text }) ?? []);
  });
  const sorted = items.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  const twice = sorted.find((one, n) => sorted[n + 1] && one.endsAt > sorted[n + 1]!.startsAt);
  if (twice) wrong('items_overlap', { text: twice.title ?? '' });
  return sorted;
}

/** The item within a day; undefined where it does not fit, or where the clocks do not have such a time. */
function itemOn(day: Stretch, zone: string, from: string, to: string, title: string): SlotValues | undefined {
  const first = wallOf(day.startsAt, zone).slice(0, 10);
  // What is earlier than the day's beginning is meant for after midnight.
  const at = (hours: string, after: string) => wallPlusDays(`${first}T${hours}`, hours < after ? 1 : 0);
  const begins = clock(day.startsAt, zone);
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(from) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(to)) return undefined;
  const [a, b] = [instantOf(at(from, begins), zone, 'earlier'), instantOf(at(to, begins), zone, 'earlier')];
  if (!('at' in a) || !('at' in b) || b.at <= a.at) return undefined;
  return a.at >= day.startsAt && b.at <= day.endsAt ? { startsAt: a.at, endsAt: b.at, title } : undefined;
}
