import type { Sizes } from '../../jobs/queries.ts';
import { t } from '../../words/words.ts';

export type SizesPart = {
  oldest: string;
  summary: string;
  tables: { name: string; size: string; rows: string }[];
};

/** How large the database is, and how long the queue has been waiting, for organisers. */
export const sizesPart = ({ bytes, tables, oldestJob }: Sizes): SizesPart => ({
  oldest: oldestJob === 0 ? t('jobs:sizes.none_waits') : t('jobs:sizes.oldest', { time: spanOf(oldestJob) }),
  summary: t('jobs:sizes.summary', { size: sizeOf(bytes) }),
  tables: tables.map((one) => ({
    name: one.name,
    size: sizeOf(one.bytes),
    rows: Math.round(one.rows).toLocaleString('en'),
  })),
});

/** `3 s`, `4 min`, `5 h`. */
const spanOf = (seconds: number): string =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

/** `120 kB`, `3.4 MB`. */
function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(2))} ${units[power]}`;
}
