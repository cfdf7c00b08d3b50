import { describe, expect, it } from 'vitest';
import { withoutTexts, withoutWishes } from '../../../src/services/dinners/rules.ts';

const counts = (...others: [string, number][]) => ({
  people: 9,
  courses: [],
  diets: [{ diet: 'vegan' as const, count: 2 }],
  others: others.map(([label, count]) => ({ label, count })),
});

describe('a restaurant’s sheet of which somebody was forgotten', () => {
  it('counts as before, and tells only what somebody still says', () => {
    const sheet = {
      total: counts(['no beans', 1], ['no nuts', 2], ['no figs', 1]),
      tables: [{ table: 'One', counts: counts(['no beans', 1]) }],
      held: 1,
    };
    expect(withoutTexts(sheet, new Set(['no nuts']))).toEqual({
      total: counts(['no nuts', 2], ['–', 2]),
      tables: [{ table: 'One', counts: counts(['–', 1]) }],
      held: 1,
    });
    expect(withoutTexts(sheet, new Set(['no nuts', 'no figs', 'no beans']))).toEqual(sheet);
  });
});

describe('wishes to sit near somebody who was forgotten', () => {
  const party = (id: number, near: string, ...names: string[]) => ({ id, near, names });
  it('lose that name, and no other', () => {
    const parties = [
      party(1, '', 'Ann Smith', 'Tim'),
      party(2, 'ann smith; Bob, Tim and Ann', 'Cyd'),
      party(3, 'Cyd & Eve', 'Bob'),
      party(4, 'ÁNN', 'Eve'),
    ];
    expect(withoutWishes(parties, new Set([1]))).toEqual([
      { id: 2, near: 'Bob' },
      { id: 4, near: '' },
    ]);
    expect(withoutWishes(parties, new Set([4]))).toEqual([{ id: 3, near: 'Cyd' }]);
  });

  it('keep a name that others have too', () => {
    const parties = [party(1, '', 'Ann Smith'), party(2, 'Ann', 'Cyd'), party(3, '', 'Ann Jones')];
    expect(withoutWishes(parties, new Set([1]))).toEqual([]);
    expect(withoutWishes([...parties, party(4, 'Ann Smith', 'Dan')], new Set([1]))).toEqual([
      { id: 4, near: '' },
    ]);
  });
});
