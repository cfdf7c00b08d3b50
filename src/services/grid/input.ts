import { clean } from '../../shared/form.ts';
import type { Issue } from '../../shared/result.ts';
import { cut } from '../../shared/text.ts';
import { type Fold, instantOf } from '../../shared/time.ts';
import { generateTimes } from './rules.ts';

export type RoomInput = { name?: unknown; capacity?: unknown; features?: unknown };
export type RoomValues = { name: string; capacity: number | null; features: string[] };

export function readRoom(input: RoomInput): { values: RoomValues; issues: Issue[] } {
  const issues: Issue[] = [];
  const name = clean(input.name);
  if (!name) issues.push({ field: 'name', code: 'required' });
  if (name.length > 80)
    issues.push({ field: 'name', code: 'too_long', data: { max: 80, length: name.length } });
  const typed = clean(input.capacity);
  if (typed && !/^\d{1,5}$/.test(typed)) issues.push({ field: 'capacity', code: 'room_size' });
  const features = clean(input.features).toLowerCase().split(/[,\n]/);
  return {
    values: {
      name,
      capacity: /^\d{1,5}$/.test(typed) ? Number(typed) : null,
      features: [...new Set(features.map((one) => cut(one.trim(), 40)).filter(Boolean))].slice(0, 12),
    },
    issues,
  };
}

/** One slot, or with `minutes` as many as fit between `startsAt` and `endsAt`. Wall times in the event's zone. */
export type SlotInput = {
  startsAt?: unknown;
  endsAt?: unknown;
  /** A common item across all rooms; empty for slots that can be claimed. */
  title?: unknown;
  minutes?: unknown;
  gap?: unknown;
  /** Which of two, where the clocks go back: `earlier` or `later`; `fold` for both ends. */
  startsFold?: unknown;
  endsFold?: unknown;
  fold?: unknown;
};
export type SlotValues = { startsAt: Date; endsAt: Date; title: string | null };

const most = 200;
const longest = { title: 120, hours: 48 } as const;
const folds: Fold[] = ['earlier', 'later'];

export function readSlots(input: SlotInput, zone: string): { values: SlotValues[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const moment = (field: 'startsAt' | 'endsAt') => {
    const wall = clean(input[field]);
    const fold = clean(input[field === 'startsAt' ? 'startsFold' : 'endsFold']) || clean(input.fold);
    const read = wall
      ? instantOf(
          wall,
          zone,
          folds.find((one) => one === fold),
        )
      : undefined;
    if (!read) issues.push({ field, code: 'required' });
    else if (!('at' in read))
      issues.push({ field, code: read.code, data: { zone, wall: wall.replace('T', ' ') } });
    return read && 'at' in read ? read.at : undefined;
  };
  const [startsAt, endsAt] = [moment('startsAt'), moment('endsAt')];
  if (startsAt && endsAt && endsAt <= startsAt) issues.push({ field: 'endsAt', code: 'ends_before_start' });
  const minutes = readMinutes(input.minutes, 'minutes', issues);
  const gap = readMinutes(input.gap, 'gap', issues) ?? 0;
  const title = clean(input.title) || null;
  if (title && title.length > longest.title)
    issues.push({ field: 'title', code: 'too_long', data: { max: longest.title, length: title.length } });
  if (startsAt && endsAt && endsAt.getTime() - startsAt.getTime() > longest.hours * 3600_000)
    issues.push({ field: 'endsAt', code: 'slot_long', data: { hours: longest.hours } });
  if (issues.length > 0 || !startsAt || !endsAt) return { values: [], issues };
  const values = minutes && !title ? several(startsAt, endsAt, minutes, gap) : [{ startsAt, endsAt, title }];
  if (values.length === 0 || values.length > most)
    issues.push({ field: 'minutes', code: 'slots_none', data: { max: most } });
  return { values, issues };
}

/** The slots that fit into a stretch. Counted in real minutes, so that a night with a clock change has slots of the length that was asked for. */
export function several(startsAt: Date, endsAt: Date, minutes: number, gap: number): SlotValues[] {
  const start = startsAt.getTime();
  return generateTimes(0, (endsAt.getTime() - start) / 60_000, minutes, gap).map(({ from, to }) => ({
    startsAt: new Date(start + from * 60_000),
    endsAt: new Date(start + to * 60_000),
    title: null,
  }));
}

export function readMinutes(raw: unknown, field: string, issues: Issue[]): number | undefined {
  const text = clean(raw);
  if (!text) return undefined;
  if (/^\d{1,3}$/.test(text) && (field === 'gap' || Number(text) >= 5)) return Number(text);
  issues.push({ field, code: 'minutes' });
  return undefined;
}

/** Reads a cell's key, `12-3`; a cell that is nowhere for anything else. */
export function readCell(key: string): { roomId: number; slotId: number } {
  const [roomId = 0, slotId = 0] = /^\d{1,9}-\d{1,9}$/.test(key) ? key.split('-').map(Number) : [];
  return { roomId, slotId };
}
