import { describe, expect, it } from 'vitest';
import { menuText, readMenu } from '../../../src/services/events/menu.ts';

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

  it('reads the text of a form, and gives it back', () => {
    const text = 'Starter:\nSoup\n\nMain course:\n Lamb|12\nRisotto\n';
    const { menu, issues } = readMenu(text);
    expect(issues).toEqual([]);
    expect(menu.map(({ label, dishes }) => [label, dishes])).toEqual([
      ['Starter', [{ label: 'Soup' }]],
      ['Main course', [{ label: 'Lamb', limit: 12 }, { label: 'Risotto' }]],
    ]);
    expect(readMenu(menuText(menu)).menu).toEqual(menu);
    expect(codes('Soup\nMain:\nLamb')).toEqual([['menu', 'course_label']]);
    expect(codes('Main:')).toEqual([['menu', 'course_dishes']]);
  });

  it('takes whatever a client may send for no menu', () => {
    for (const raw of [null, '', 7, [null, 3, []], { a: 1 }]) expect(readMenu(raw).menu).toEqual([]);
  });
});
