import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, type Eater, makeSheet } from '../../../src/services/dinners/sheet.ts';

const menu = [
  { name: 'main', label: 'Main', dishes: [{ label: 'Lamb' }, { label: 'Risotto' }] },
  { name: 'pudding', label: 'Pudding', dishes: [{ label: 'Cake' }] },
];
const eater = (more: Partial<Eater> = {}): Eater => ({
  table: null,
  diets: [],
  dietOther: '',
  choices: {},
  ...more,
});

describe('the restaurant sheet', () => {
  it('counts what is eaten, in all and at each table; what is off the menu too, and what is not chosen yet', () => {
    const sheet = makeSheet(
      [
        eater({ table: 'A', choices: { main: 'Lamb', pudding: 'Cake' }, diets: ['halal'] }),
        eater({ table: 'A', choices: { main: 'Swan' }, diets: ['vegan', 'halal'], dietOther: 'no celery' }),
        eater({ dietOther: 'no celery' }),
      ],
      menu,
      ['A', 'B'],
      2,
    );
    expect(sheet.total).toEqual({
      people: 3,
      courses: [
        {
          name: 'main',
          label: 'Main',
          dishes: [
            { label: 'Lamb', count: 1 },
            { label: 'Risotto', count: 0 },
            { label: 'Swan', count: 1 },
          ],
          open: 1,
        },
        { name: 'pudding', label: 'Pudding', dishes: [{ label: 'Cake', count: 1 }], open: 2 },
      ],
      diets: [
        { diet: 'halal', count: 2 },
        { diet: 'vegan', count: 1 },
      ],
      others: [{ label: 'no celery', count: 2 }],
    });
    expect(sheet.tables.map(({ table, counts }) => [table, counts.people])).toEqual([
      ['A', 2],
      [null, 1],
    ]);
    expect(sheet.held).toBe(2);
  });

  it('says what is different, in all and table by table', () => {
    const one = makeSheet([eater({ table: 'A', choices: { main: 'Lamb' } })], menu, ['A'], 0);
    const two = makeSheet(
      [
        eater({ table: 'A', choices: { main: 'Risotto' }, diets: ['vegan'] }),
        eater({ table: 'A', choices: { main: 'Lamb' } }),
      ],
      menu,
      ['A'],
      1,
    );
    expect(differences(one, one)).toEqual([]);
    expect(differences(one, two)).toEqual([
      { what: 'people', label: '', by: 1 },
      { what: 'dish', label: 'Risotto', by: 1, course: 'Main' },
      { what: 'open', label: 'Pudding', by: 1 },
      { what: 'diet', label: 'vegan', by: 1 },
      { what: 'held', label: '', by: 1 },
      { what: 'people', label: '', by: 1, table: 'A' },
      { what: 'dish', label: 'Risotto', by: 1, course: 'Main', table: 'A' },
      { what: 'open', label: 'Pudding', by: 1, table: 'A' },
      { what: 'diet', label: 'vegan', by: 1, table: 'A' },
    ]);
  });

  it('has everybody at one table, and differences that lead from one sheet to the other', () => {
    const eaters = fc.array(
      fc.record({
        table: fc.constantFrom('A', 'B', null),
        diets: fc.subarray(['vegan', 'halal'] as const).map((all) => [...all]),
        dietOther: fc.constantFrom('', 'salt', 'egg'),
        choices: fc.constantFrom<Record<string, string>>(
          {},
          { main: 'Lamb' },
          { main: 'Risotto', pudding: 'Cake' },
        ),
      }),
      { maxLength: 12 },
    );
    const make = (all: Eater[]) => makeSheet(all, menu, ['A', 'B'], 0);
    fc.assert(
      fc.property(eaters, eaters, (some, others) => {
        const [before, after] = [make(some), make(others)];
        expect(before.tables.reduce((sum, one) => sum + one.counts.people, 0)).toBe(some.length);
        const found = differences(before, after);
        const people = found.find((one) => one.what === 'people' && one.table === undefined)?.by ?? 0;
        expect(people).toBe(others.length - some.length);
        expect(
          differences(after, before)
            .map((one) => -one.by)
            .sort(),
        ).toEqual(found.map((one) => one.by).sort());
      }),
    );
  });
});
