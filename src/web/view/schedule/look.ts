import { cut } from '../../../shared/text.ts';
import { scheduleUrl } from './cells.ts';

/** How somebody wants to see a grid: what the address says after the question mark. */
export type Look = {
  day: string;
  tag: string;
  mine: boolean;
  list: boolean;
  /** The session that a place is chosen for. */
  claim: number;
  /** What was just put there, and the cell that it came from. */
  placed: number;
  from: string;
};

export function readLook(query: Record<string, unknown>): Look {
  const text = (name: string) => (typeof query[name] === 'string' ? cut(query[name] as string, 80) : '');
  const number = (name: string) => (/^\d{1,6}$/.test(text(name)) ? Number(text(name)) : 0);
  return {
    day: /^\d{4}-\d\d-\d\d$/.test(text('day')) ? text('day') : '',
    tag: text('tag').toLowerCase(),
    mine: text('mine') !== '',
    list: text('view') === 'list',
    claim: number('claim'),
    placed: number('placed'),
    from: /^\d{1,9}-\d{1,9}$/.test(text('from')) ? text('from') : '',
  };
}

/** The address of the grid as somebody looks at it, with some of it changed. What was just done is not repeated. */
export function lookUrl(event: { slug: string }, look: Look, change: Partial<Look> = {}): string {
  const { day, tag, mine, list, claim } = { ...look, ...change };
  const query = new URLSearchParams({
    ...(day && { day }),
    ...(tag && { tag }),
    ...(mine && { mine: '1' }),
    ...(list && { view: 'list' }),
    ...(claim && { claim: String(claim) }),
  }).toString();
  return scheduleUrl(event, query && `?${query}`);
}
