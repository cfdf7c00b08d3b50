import { cut } from '../../src/shared/text.ts';

/** The candidates that a mistyped word may have meant, the nearest first: one or two letters off, or its beginning. */
export function nearest(typed: string, candidates: string[], most = 3): string[] {
  const word = cut(typed.toLowerCase(), 60);
  if (word.length < 2) return [];
  const allowed = word.length < 5 ? 1 : 2;
  return candidates
    .map((candidate) => ({ candidate, off: offBy(word, candidate.toLowerCase(), allowed) }))
    .filter(({ off }) => off <= allowed)
    .sort((a, b) => a.off - b.off)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

function offBy(word: string, candidate: string, allowed: number): number {
  if (word.length > 2 && candidate.startsWith(word)) return 0.5;
  return Math.abs(word.length - candidate.length) > allowed
    ? Number.POSITIVE_INFINITY
    : distance(word, candidate);
}

/** Letters to add, drop, change, or swap with the next. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
