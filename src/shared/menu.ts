import type { Field } from './form.ts';
import { readAnswer } from './form.ts';
import type { Issue } from './result.ts';

/** A dish is known by what it is called, as an option of a question is. `limit`: so many the kitchen can make. */
export type Dish = { label: string; limit?: number };

/** What each member of a party chooses one of. `name`: a stable key, `[a-z][a-z0-9_]*`. */
export type Course = { name: string; label: string; dishes: Dish[] };
export type Menu = Course[];

/** What a member chose: a dish's label by the course's name. A course without a choice is absent. */
export type Choices = Record<string, string>;

/** A course as a field: of a form, of a dialogue, a column of an export. */
export const courseField = ({ name, label, dishes }: Course): Field => ({
  name,
  kind: 'choice',
  label,
  options: dishes.map((dish) => dish.label),
});

/** Reads one member's choices; nothing has to be chosen. Problems are named as `<field>.<course>`. */
export function readChoices(menu: Menu, raw: unknown, field: string): { choices: Choices; issues: Issue[] } {
  const given = (raw && typeof raw === 'object' ? raw : {}) as Record<string, unknown>;
  const choices: Choices = {};
  const issues: Issue[] = [];
  for (const course of menu) {
    const read = readAnswer(courseField(course), Object.hasOwn(given, course.name) ? given[course.name] : '');
    if ('code' in read)
      issues.push({
        field: `${field}.${course.name}`,
        code: read.code,
        data: { label: course.label, ...read.data },
      });
    else if (read.value !== undefined) choices[course.name] = String(read.value);
  }
  return { choices, issues };
}

/** Portions by course and dish, as `portionKey` names them. */
export type Portions = Map<string, number>;

/** A course's name holds no colon. */
export const portionKey = (course: string, dish: string): string => `${course}:${dish}`;

/** The limited portions of a menu that are left when so many have been chosen; below zero where a limit was lowered. */
export const portionsLeft = (menu: Menu, chosen: Portions): Portions =>
  new Map(
    menu.flatMap(({ name, dishes }) =>
      dishes.flatMap(({ label, limit }): [string, number][] => {
        const key = portionKey(name, label);
        return limit === undefined ? [] : [[key, limit - (chosen.get(key) ?? 0)]];
      }),
    ),
  );

/** Each dish that somebody of the party chose, as often as it was chosen. */
export const portionsOf = (party: { choices: Choices }[]): string[] =>
  party.flatMap(({ choices }) => Object.entries(choices).map(([course, dish]) => portionKey(course, dish)));

/** Whether the kitchen can only make so many of anything. */
export const isLimited = (menu: Menu): boolean =>
  menu.some(({ dishes }) => dishes.some((dish) => dish.limit !== undefined));
