import { type AttendeeFilter, readFilter } from '../../services/registrations/attendees.ts';
import { type AttendeeSort, type Cursor, type ListQuery, sorts } from '../../services/registrations/list.ts';
import { clean, type Field } from '../../shared/form.ts';
import { cut } from '../../shared/text.ts';

type Params = Record<string, string>;

/** What a URL of the list says: read, and written again in one form of which nothing is foreign. */
export type ListState = {
  query: ListQuery;
  /** Filter and sort, without the page. */
  params: Params;
  /** Where on the list: `after` or `before`. */
  at: Params;
};

/** Reads the URL of a list; whatever is not known to it is left out. The page begins anew when the sort changes. */
export function readList(questions: Field[], raw: Record<string, unknown>): ListState {
  const filter = readFilter(questions, raw);
  const sort = sorts.find((one) => one === raw.sort) ?? 'registered';
  const descending = raw.dir === 'desc';
  const after = readCursor(raw.after);
  const before = after ? undefined : readCursor(raw.before);
  return {
    query: { filter, sort, descending, after, before },
    params: { ...filterParams(filter), ...sortParams(sort, descending) },
    at: { ...(after && { after: writeCursor(after) }), ...(before && { before: writeCursor(before) }) },
  };
}

export function filterParams({ search, state, door, proved, since, answers }: AttendeeFilter): Params {
  const chosen = Object.entries(answers).map(([name, value]) => [`answer.${name}`, value]);
  return {
    ...(search && { q: search }),
    ...(state && { state }),
    ...(door && { door }),
    ...(proved && { proved }),
    ...(since && { since }),
    ...Object.fromEntries(chosen),
  };
}

export const sortParams = (sort: AttendeeSort, descending: boolean): Params => ({
  ...(sort !== 'registered' && { sort }),
  ...(descending && { dir: 'desc' }),
});

/** The query of a URL, with its question mark; nothing for nothing. */
export function queryOf(params: Params): string {
  const text = new URLSearchParams(params).toString();
  return text && `?${text}`;
}

/** A form's `back`: the query of the list that it was on. */
export const readBack = (questions: Field[], back: unknown): ListState =>
  readList(questions, Object.fromEntries(new URLSearchParams(cut(clean(back), 4000))));

export const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Undefined for what is none of ours: the list begins at its beginning. */
function readCursor(raw: unknown): Cursor | undefined {
  if (typeof raw !== 'string' || !raw || raw.length > 2000) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(raw, 'base64url').toString());
    return Array.isArray(read) && read.every((one) => typeof one === 'string') ? read : undefined;
  } catch {
    return undefined;
  }
}
