import type { Counts, Sheet } from './sheet.ts';

export { withoutWishes } from './near.ts';

/** What a diet in words becomes when it may not be told any more. */
const untold = '–';

/** A sheet in which only these diets in words are told; the others are counted together. */
export function withoutTexts(sheet: Sheet, known: Set<string>): Sheet {
  const cleared = (counts: Counts): Counts => {
    const kept = counts.others.filter(({ label }) => known.has(label));
    const count = counts.others.reduce((sum, one) => sum + (known.has(one.label) ? 0 : one.count), 0);
    return { ...counts, others: count > 0 ? [...kept, { label: untold, count }] : kept };
  };
  const tables = sheet.tables.map((one) => ({ ...one, counts: cleared(one.counts) }));
  return { ...sheet, total: cleared(sheet.total), tables };
}
