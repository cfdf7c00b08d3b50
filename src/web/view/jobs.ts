import {
  type JobCounts,
  type JobCursor,
  type JobRow,
  type JobState,
  jobStates,
  type Sizes,
} from '../../jobs/queries.ts';
import type { Stalled } from '../../jobs/stalled.ts';
import { elapsed } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { type SizesPart, sizesPart } from './sizes.ts';

export type JobsPage = {
  tabs: { href: string; text: string; current: boolean }[];
  running?: string;
  /** What stands still, a sentence each. */
  stalled: string[];
  rows: JobLine[];
  empty: { heading: string; text: string };
  /** The state is sent along, so that one comes back to the same list. */
  state: JobState;
  canRetryAll: boolean;
  pager: { next?: string; nextText: string };
  sizes: SizesPart;
};

export type JobLine = {
  kind: string;
  number: string;
  tries: string;
  next: string;
  nextAt: string;
  since: string;
  sinceAt: string;
  error: string;
  /** Absent while it is being done. */
  actions?: { retry: string; retryLabel: string; drop: string; dropLabel: string };
};

type Given = {
  state: JobState;
  rows: JobRow[];
  size: number;
  counts: JobCounts;
  stalled: Stalled[];
  sizes: Sizes;
  now: Date;
};

/** The queue as organisers see it. */
export function jobsPage({ state, rows, size, counts, stalled, sizes, now }: Given): JobsPage {
  const last = rows.length > size ? rows[size - 1] : undefined;
  return {
    tabs: jobStates.map((one) => ({
      href: `/organise/jobs?state=${one}`,
      text: t(`jobs:states.${one}`, { count: counts[one] }),
      current: one === state,
    })),
    running: counts.running > 0 ? t('jobs:running', { count: counts.running }) : undefined,
    stalled: stalled.map(stalledText),
    rows: rows.slice(0, size).map((row) => line(row, now)),
    empty: { heading: t(`jobs:empty.${state}_heading`), text: t(`jobs:empty.${state}`) },
    state,
    canRetryAll: state === 'dead' && rows.length > 0,
    pager: { next: last && nextHref(state, last), nextText: t('jobs:more') },
    sizes: sizesPart(sizes),
  };
}

/** “For a minute no mail has been sent, though 3 wait: …” */
export const stalledText = ({ lane, why, waiting }: Stalled): string =>
  why === 'waits'
    ? t(`jobs:stalled.${lane}`, { count: waiting })
    : t(`jobs:failing.${lane}`, { count: waiting });

function line(row: JobRow, now: Date): JobLine {
  const { id, attempts, maxAttempts: max } = row;
  const noError = row.state === 'dead' ? 'killed' : 'no_error';
  return {
    kind: t(`jobs:kinds.${row.kind}`),
    number: t('jobs:number', { id }),
    tries: t('jobs:tries', { attempts, max }),
    next: row.running ? t('jobs:running_now') : row.state === 'dead' ? '' : elapsed(row.runAt, now),
    nextAt: row.runAt.toISOString(),
    since: elapsed(row.createdAt, now),
    sinceAt: row.createdAt.toISOString(),
    error: row.lastError ?? t(`jobs:${noError}`),
    actions: row.running
      ? undefined
      : {
          retry: `/organise/jobs/${id}/retry`,
          retryLabel: t('jobs:retry_label', { id }),
          drop: `/organise/jobs/${id}/drop`,
          dropLabel: t('jobs:drop_label', { id }),
        },
  };
}

const nextHref = (state: JobState, { runAt, id }: JobRow): string =>
  `/organise/jobs?state=${state}&after=${runAt.getTime()}-${id}`;

/** Undefined for any other text: the list begins at its beginning. */
export function readJobCursor(raw: unknown): JobCursor | undefined {
  const found = typeof raw === 'string' ? /^(\d{1,15})-(\d{1,18})$/.exec(raw) : null;
  return found ? { runAt: new Date(Number(found[1])), id: found[2]! } : undefined;
}

/** The first list that has something that somebody should look at. */
export const readJobState = (raw: unknown, counts: JobCounts): JobState =>
  jobStates.find((one) => one === raw) ??
  (counts.dead > 0 ? 'dead' : counts.failing > 0 ? 'failing' : 'waiting');
