import { type EventKind, eventKinds } from '../../db/schema.ts';
import { clean } from '../../shared/form.ts';
import { slugify } from '../../shared/ids.ts';
import type { Issue } from '../../shared/result.ts';
import { type Fold, instantOf, isZone } from '../../shared/time.ts';

// Reads the fields of an event's form: each gives its value, and adds what is wrong with it to the issues.

/** Left as it was, or at what is usual, when nothing is given. */
export type Kept<T> = T | undefined;

export function readText(
  raw: unknown,
  field: string,
  { max, required }: { max: number; required: boolean },
  issues: Issue[],
): string {
  const text = clean(raw);
  if (required && !text) issues.push({ field, code: 'required' });
  if (text.length > max) issues.push({ field, code: 'too_long', data: { max, length: text.length } });
  return text;
}

export function readSlug(typed: string, name: string, issues: Issue[]): string {
  const slug = slugify(typed || name);
  if (!slug && name) issues.push({ field: 'slug', code: 'slug' });
  // Words that the site's own pages below /events and the bot's commands use.
  if (['new', 'edit', 'schedule', 'attendees', 'more', 'back', 'all'].includes(slug))
    issues.push({ field: 'slug', code: 'slug_reserved', data: { slug } });
  return slug;
}

export function readKind(raw: unknown, issues: Issue[]): EventKind {
  const kind = eventKinds.find((one) => one === clean(raw));
  if (!kind) issues.push({ field: 'kind', code: 'choice', data: { options: eventKinds.join(', ') } });
  return kind ?? 'meetup';
}

export function readZone(raw: unknown, issues: Issue[]): string {
  const zone = clean(raw);
  if (isZone(zone)) return zone;
  issues.push({ field: 'zone', code: zone ? 'zone' : 'required' });
  return 'UTC';
}

export function readMoment(
  raw: unknown,
  fold: unknown,
  zone: string,
  field: string,
  required: boolean,
  issues: Issue[],
): Date | null {
  const wall = clean(raw);
  if (!wall) {
    if (required) issues.push({ field, code: 'required' });
    return null;
  }
  const read = instantOf(wall, zone, clean(fold) as Fold);
  if ('at' in read) return read.at;
  issues.push({ field, code: read.code, data: { zone, wall: wall.replace('T', ' ') } });
  return null;
}

export function readUrl(raw: unknown, issues: Issue[]): string {
  const text = clean(raw);
  if (!text) return '';
  const url = URL.parse?.(text) ?? tryUrl(text);
  if (url && /^https?:$/.test(url.protocol) && text.length <= 1000) return url.href;
  issues.push({ field: 'venueUrl', code: 'url' });
  return '';
}

export function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Null: no limit. */
export function readCapacity(raw: unknown, issues: Issue[]): number | null {
  const text = clean(raw);
  if (!text) return null;
  if (/^\d{1,6}$/.test(text) && Number(text) <= 100_000) return Number(text);
  issues.push({ field: 'capacity', code: 'capacity' });
  return null;
}

export function readWhole(raw: unknown, field: string, max: number, issues: Issue[]): Kept<number> {
  const text = clean(raw);
  if (!text) return undefined;
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
  issues.push({ field, code: 'whole', data: { max } });
  return undefined;
}

/** A whole number, or none: null. Left as it was when nothing is given. */
export const readOptional = (
  raw: unknown,
  field: string,
  max: number,
  issues: Issue[],
): Kept<number | null> => (raw === undefined ? undefined : (readWhole(raw, field, max, issues) ?? null));

export function readLine(raw: unknown, issues: Issue[]): Kept<'automatic' | 'offer'> {
  const text = clean(raw);
  if (!text) return undefined;
  if (text === 'automatic' || text === 'offer') return text;
  issues.push({ field: 'line', code: 'choice', data: { options: 'automatic, offer' } });
  return undefined;
}

/** `48, 6`: hours before the start, the longest first; an empty text is none. */
export function readHours(raw: unknown, field: string, issues: Issue[]): Kept<number[]> {
  if (raw === undefined) return undefined;
  const texts = clean(raw)
    .split(/[\s,;h]+/)
    .filter(Boolean);
  const hours = texts.map(Number);
  const fits = hours.every((one) => Number.isInteger(one) && one >= 1 && one <= 168);
  if (!fits || hours.length > 3) issues.push({ field, code: 'hours' });
  return fits ? [...new Set(hours)].sort((a, b) => b - a) : undefined;
}
