import { clean, limits } from '../../shared/form.ts';
import type { Course, Dish } from '../../shared/menu.ts';
import type { Issue } from '../../shared/result.ts';

/** A course as a form gives it: dishes one a line, `Roast lamb | 12` where the kitchen can make twelve. */
export type RawCourse = { name?: unknown; label?: unknown; dishes?: unknown };

export const mostCourses = 8;
/** The longest text of a menu, or of a course's dishes. */
export const longestMenu = 8000;

/**
 * Reads a menu: as rows, or as the text of a form, in which a line that ends in a colon begins a course. Rows with nothing
 * in them are left out. Problems are named as `menu.<n>.<part>`, those of a text as `menu`.
 */
export function readMenu(raw: unknown): { menu: Course[]; issues: Issue[] } {
  if (typeof raw !== 'string') return readRows(raw);
  const length = clean(raw).length;
  if (length > longestMenu)
    return { menu: [], issues: [{ field: 'menu', code: 'too_long', data: { max: longestMenu, length } }] };
  const { menu, issues } = readRows(rowsOf(raw));
  return { menu, issues: issues.map((one) => ({ ...one, field: 'menu' })) };
}

/** A menu as a form shows it. */
export const menuText = (menu: Course[]): string =>
  menu.map(({ label, dishes }) => [`${label}:`, ...dishes.map(dishLine)].join('\n')).join('\n\n');

const dishLine = ({ label, limit }: Dish): string => (limit === undefined ? label : `${label} | ${limit}`);

function rowsOf(text: string): RawCourse[] {
  const rows: { label: string; dishes: string }[] = [];
  for (const line of clean(text).split('\n').map(clean).filter(Boolean)) {
    const last = rows.at(-1);
    if (line.endsWith(':')) rows.push({ label: line.slice(0, -1), dishes: '' });
    else if (last) last.dishes += `${line}\n`;
    // Dishes that belong to no course: the row is refused for its name.
    else rows.push({ label: '', dishes: `${line}\n` });
  }
  return rows;
}

function readRows(raw: unknown): { menu: Course[]; issues: Issue[] } {
  const rows = (Array.isArray(raw) ? raw : Object.values(raw ?? {})) as RawCourse[];
  const issues: Issue[] = [];
  const filled = rows.filter(
    (row) => row && typeof row === 'object' && (clean(row.label) || clean(row.dishes)),
  );
  if (filled.length > mostCourses)
    issues.push({ field: 'menu', code: 'too_many_courses', data: { max: mostCourses } });
  return { menu: filled.slice(0, mostCourses).map((row, n) => readCourse(row, n, issues)), issues };
}

function readCourse(row: RawCourse, n: number, issues: Issue[]): Course {
  const label = clean(row.label);
  const name = clean(row.name);
  if (!label) issues.push({ field: `menu.${n}.label`, code: 'course_label' });
  if (label.length > limits.text)
    issues.push({
      field: `menu.${n}.label`,
      code: 'too_long',
      data: { max: limits.text, length: label.length },
    });
  return {
    name: /^[a-z][a-z0-9_]{0,50}$/.test(name) ? name : '',
    label,
    dishes: readDishes(clean(row.dishes), `menu.${n}.dishes`, issues),
  };
}

function readDishes(text: string, field: string, issues: Issue[]): Dish[] {
  if (text.length > longestMenu) {
    issues.push({ field, code: 'too_long', data: { max: longestMenu, length: text.length } });
    return [];
  }
  const dishes = text.split('\n').map(clean).filter(Boolean).map(readDish);
  const labels = new Set(dishes.map((dish) => dish.label.toLowerCase()));
  if (dishes.length < 1 || dishes.length > limits.options)
    issues.push({ field, code: 'course_dishes', data: { max: limits.options } });
  if (labels.size < dishes.length) issues.push({ field, code: 'dish_twice' });
  const long = dishes.find((dish) => dish.label.length > limits.text);
  if (long) issues.push({ field, code: 'too_long', data: { max: limits.text, length: long.label.length } });
  return dishes;
}

/** `Roast lamb | 12`; without a number after the last bar it is part of the name. */
function readDish(line: string): Dish {
  const bar = line.lastIndexOf('|');
  const [label, limit] = [line.slice(0, Math.max(0, bar)).trim(), line.slice(bar + 1).trim()];
  return label && /^\d{1,4}$/.test(limit) ? { label, limit: Number(limit) } : { label: line };
}

export type ChosenDish = { course: string; dish: string };

/** The dishes that an edit takes off the menu; a menu that is not given stays. */
export function lostDishes(before: Course[], after: Course[] | undefined): ChosenDish[] {
  if (!after) return [];
  const kept = new Set(after.flatMap(({ label, dishes }) => dishes.map((dish) => `${label}:${dish.label}`)));
  return before.flatMap(({ name, label, dishes }) =>
    dishes
      .filter((dish) => !kept.has(`${label}:${dish.label}`))
      .map((dish) => ({ course: name, dish: dish.label })),
  );
}

export const dishOf = ({ dish }: ChosenDish): string => dish;
