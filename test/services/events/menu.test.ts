import { describe, expect, it } from 'vitest';
import { readMenu } from '../../../src/services/events/menu.ts';

const codes = (raw: unknown) => readMenu(raw).issues.map((one) => [one.field, one.code]);

describe('the menu editor', () => {
  it('reads courses with their dishes, one a line, with what the kitchen can make', () => {
    const raw = [
      { name: 'main', label: ' Main ', dishes: 'Lamb | 12\n\n Risotto \nFish|0' },
      { label: '', dishes: '' },
      { label: 'Pudding', dishes: 'Cake' },
    ];
    expect(readMenu(raw)).toEqual({
      menu: [
        {
          name: 'main',
          label: 'Main',
          dishes: [{ label: 'Lamb', limit: 12 }, { label: 'Risotto' }, { label: 'Fish', limit: 0 }],
        },
        { name: '', label: 'Pudding', dishes: [{ label: 'Cake' }] },
      ],
      issues: [],
    });
  });

  it('names every problem with its row', () => {
    expect(
      codes([
        { label: '', dishes: 'Soup' },
        { label: 'Main', dishes: '' },
        { label: 'Pudding', dishes: 'Cake\ncake | 3' },
      ]),
    ).toEqual([
      ['menu.0.label', 'course_label'],
      ['menu.1.dishes', 'course_dishes'],
      ['menu.2.dishes', 'dish_twice'],
    ]);
    expect(codes(Array.from({ length: 9 }, () => ({ label: 'x', dishes: 'y' })))).toEqual([
      ['menu', 'too_many_courses'],
    ]);
  });

  it('takes whatever a client may send for no menu', () => {
    for (const raw of [null, '', 7, 'menu', [null, 3, []], { a: 1 }]) expect(readMenu(raw).menu).toEqual([]);
  });
});
