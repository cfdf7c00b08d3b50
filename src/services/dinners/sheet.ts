import type { Diet } from '../../db/schema.ts';
import type { Choices, Menu } from '../../shared/menu.ts';

/** One who is to be fed, without a name. `table` null: they sit nowhere yet. */
export type Eater = { table: string | null; diets: Diet[]; dietOther: string; choices: Choices };

export type Count = { label: string; count: number };

/** How many eat what. `open`: have not chosen for that course. `diets` by their names, `others` as they were typed. */
export type Counts = {
  people: number;
  courses: { name: string; label: string; dishes: Count[]; open: number }[];
  diets: { diet: Diet; count: number }[];
  others: Count[];
};

/** What the restaurant is told: in all, and table by table. No names. `held`: people whose places are held by offers. */
export type Sheet = { total: Counts; tables: { table: string | null; counts: Counts }[]; held: number };

/** Counts a dinner. `tables`: the names of all of them in their order; one at which nobody sits is left out. */
export function makeSheet(eaters: Eater[], menu: Menu, tables: string[], held: number): Sheet {
  const at = (table: string | null) => eaters.filter((one) => one.table === table);
  const seated = [...tables, null].map((table) => ({ table, counts: count(at(table), menu) }));
  return { total: count(eaters, menu), tables: seated.filter((one) => one.counts.people > 0), held };
}

function count(eaters: Eater[], menu: Menu): Counts {
  return {
    people: eaters.length,
    courses: menu.map((course) => countCourse(eaters, course)),
    diets: [...tally(eaters.flatMap((one) => one.diets))].map(([diet, count]) => ({ diet, count })),
    others: counted(eaters.map((one) => one.dietOther).filter(Boolean)),
  };
}

/** The dishes of the menu, those that nobody chose too; then those that have been taken off it and are still chosen. */
function countCourse(eaters: Eater[], { name, label, dishes }: Menu[number]): Counts['courses'][number] {
  const chosen = tally(eaters.flatMap((one) => one.choices[name] ?? []));
  const known = dishes.map((dish) => dish.label);
  const all = [...known, ...[...chosen.keys()].filter((dish) => !known.includes(dish))];
  return {
    name,
    label,
    dishes: all.map((dish) => ({ label: dish, count: chosen.get(dish) ?? 0 })),
    open: eaters.filter((one) => !one.choices[name]).length,
  };
}

function tally<K>(keys: K[]): Map<K, number> {
  const found = new Map<K, number>();
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}

const counted = (texts: string[]): Count[] => [...tally(texts)].map(([label, count]) => ({ label, count }));

/** What is more or less than it was. `table` undefined: in all; null: those who sit nowhere yet. */
export type Difference = {
  table?: string | null;
  what: 'people' | 'dish' | 'open' | 'diet' | 'other' | 'held';
  /** The dish, the course of which nothing was chosen, the diet's name, or the text. */
  label: string;
  course?: string;
  by: number;
};

/** Everything in which two sheets differ: in all first, then table by table. */
export function differences(before: Sheet, after: Sheet): Difference[] {
  const named = (sheet: Sheet, table: string | null) =>
    sheet.tables.find((one) => one.table === table)?.counts ?? nothing;
  const tables = [...new Set([...before.tables, ...after.tables].map((one) => one.table))];
  return [
    ...between(before.total, after.total),
    ...changed('held', [['', before.held]], [['', after.held]]),
    ...tables.flatMap((table) =>
      between(named(before, table), named(after, table)).map((one) => ({ ...one, table })),
    ),
  ];
}

const nothing: Counts = { people: 0, courses: [], diets: [], others: [] };

function between(before: Counts, after: Counts): Difference[] {
  const courses = [...new Map([...before.courses, ...after.courses].map((one) => [one.name, one])).values()];
  const course = (counts: Counts, name: string) => counts.courses.find((one) => one.name === name);
  return [
    ...changed('people', [['', before.people]], [['', after.people]]),
    ...courses.flatMap(({ name, label }) => [
      ...changed('dish', pairs(course(before, name)?.dishes), pairs(course(after, name)?.dishes)).map(
        (one) => ({ ...one, course: label }),
      ),
      ...changed(
        'open',
        [[label, course(before, name)?.open ?? 0]],
        [[label, course(after, name)?.open ?? 0]],
      ),
    ]),
    ...changed('diet', dietPairs(before), dietPairs(after)),
    ...changed('other', pairs(before.others), pairs(after.others)),
  ];
}

type Pair = [label: string, count: number];
const pairs = (counts: Count[] = []): Pair[] => counts.map(({ label, count }) => [label, count]);
const dietPairs = ({ diets }: Counts): Pair[] => diets.map(({ diet, count }) => [diet, count]);

function changed(what: Difference['what'], before: Pair[], after: Pair[]): Difference[] {
  const [old, now] = [new Map(before), new Map(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((label) => {
    const by = (now.get(label) ?? 0) - (old.get(label) ?? 0);
    return by === 0 ? [] : [{ what, label, by }];
  });
}
