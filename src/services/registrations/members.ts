import { type Diet, diets } from '../../db/schema.ts';
import { clean, limits, listed } from '../../shared/form.ts';
import { type Choices, type Menu, readChoices } from '../../shared/menu.ts';
import type { Issue } from '../../shared/result.ts';

export { type Diet, diets };

/** What a door gives for a member of a party; the first is who registers, whose name is the registration's. */
export type MemberInput = {
  name?: unknown;
  diets?: unknown;
  dietOther?: unknown;
  /** By a course's name: a dish, as an option of a choice is typed. */
  choices?: unknown;
};

/** `name` null: a guest who has not been named yet, and who registered. */
export type Member = { name: string | null; diets: Diet[]; dietOther: string; choices: Choices };

/** Reads the members of a party in their order, and what they chose of the menu. All problems are named at once, as `members.<n>.<field>` with n from 0. */
export function readMembers(raw: MemberInput[], menu: Menu): { members: Member[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const members = raw.map((one, n) => {
    const text = (field: 'name' | 'dietOther') => {
      const read = clean(one?.[field]);
      if (read.length > limits.text)
        issues.push({
          field: `members.${n}.${field}`,
          code: 'too_long',
          data: { max: limits.text, length: read.length },
        });
      return read;
    };
    const chosen = readChoices(menu, one?.choices, `members.${n}.choices`);
    issues.push(...chosen.issues);
    return {
      name: n === 0 ? null : text('name') || null,
      diets: readDiets(one?.diets, `members.${n}.diets`, issues),
      dietOther: text('dietOther'),
      choices: chosen.choices,
    };
  });
  return { members, issues };
}

function readDiets(raw: unknown, field: string, issues: Issue[]): Diet[] {
  const typed = (Array.isArray(raw) ? raw : [raw]).map(clean).filter(Boolean);
  const known: readonly string[] = diets;
  if (typed.some((one) => !known.includes(one)))
    issues.push({ field, code: 'several', data: { options: diets.join(', ') } });
  return diets.filter((one) => typed.includes(one));
}

/** Whether anything is known that the registration itself does not say. */
export const worthKeeping = (members: Member[]): boolean =>
  members.length > 1 ||
  members.some(
    ({ diets, dietOther, choices }) =>
      diets.length > 0 || dietOther !== '' || Object.keys(choices).length > 0,
  );

/**
 * Diets as they are written in a chat: by the number of the list or by name, apart by commas; what is none of them is said in
 * the person's own words. `nameOf`: how a diet is called in their language.
 */
export function readDietsText(
  text: string,
  nameOf: (diet: Diet) => string,
): { diets: Diet[]; other: string } {
  const parts = listed(text.replaceAll('\n', ',')).map(clean).filter(Boolean);
  const same = (a: string, b: string) =>
    a.toLowerCase().replace(/[^a-z]/g, '') === b.toLowerCase().replace(/[^a-z]/g, '');
  const found = (part: string) =>
    diets.find((diet, n) => part === String(n + 1) || same(part, diet) || same(part, nameOf(diet)));
  const known = parts.flatMap((part) => found(part) ?? []);
  const rest = parts.filter((part) => !found(part));
  return { diets: diets.filter((one) => known.includes(one)), other: rest.join(', ') };
}
