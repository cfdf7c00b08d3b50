import type { PastCursor } from '../../services/events/lists.ts';

/** Where a page of past events ended, as a text for its link. */
export const writeCursor = ({ endsAt, id }: PastCursor): string => `${endsAt.getTime()}-${id}`;

/** Undefined for any other text: the list begins at its beginning. */
export function readCursor(raw: unknown): PastCursor | undefined {
  const found = typeof raw === 'string' ? /^(\d{1,13})-(\d{1,9})$/.exec(raw) : null;
  return found ? { endsAt: new Date(Number(found[1])), id: Number(found[2]) } : undefined;
}

/** The id after which a list goes on; 0, its beginning, for any other text. */
export const readAfter = (raw: unknown): number =>
  typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : 0;
