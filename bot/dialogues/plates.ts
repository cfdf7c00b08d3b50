import { type Diet, type MemberInput, readDietsText } from '../../src/services/registrations/members.ts';
import { limits, readAnswer } from '../../src/shared/form.ts';
import { type Course, courseField, type Menu, portionKey } from '../../src/shared/menu.ts';
import { issueText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Given, Read, Slot } from '../dialogue.ts';

/** What is kept of an event's plates while a dialogue asks: whether they are asked for, and what is gone of the menu. */
export type Plates = { asks: boolean; menu: Menu; most: number; gone: string[] };

/** What is said of an answer that is longer than any form lets through; undefined of every other. */
function tooLong(text: string, label = ''): Read | undefined {
  const data = { label, max: limits.text, length: text.length };
  return text.length > limits.text
    ? { error: issueText(t, { field: 'dietOther', code: 'too_long', data }) }
    : undefined;
}

type Diets = { diets: Diet[]; other: string };

const nameSlot = (n: number, count: number): Slot => ({
  name: `guest${n}`,
  label: t('bot-dinner:guest_label', { n }),
  prompt: t('bot-dinner:guest', { n, count: count - 1 }),
  free: true,
  optional: true,
  read: (text) => tooLong(text, t('bot-dinner:guest_label', { n })) ?? { value: text },
  shown: (value) => String(value),
  word: (value) => String(value),
});

/** A course: its dishes by number. What is gone is not offered; `same` is what the one before has. */
function courseSlot(course: Course, n: number, plates: Plates, given: Given): Slot {
  const name = `dish${n}_${course.name}`;
  const dishes = course.dishes.filter(({ label }) => !plates.gone.includes(portionKey(course.name, label)));
  const before = given[`dish${n - 1}_${course.name}`];
  return {
    name,
    label: whose(n, course.label),
    prompt: t('bot-dinner:course', { course: course.label, who: who(n) }),
    items: dishes.map(({ label }) => ({ label, send: label })),
    optional: true,
    assumed: null,
    read: (text): Read => {
      if (isSame(text, n)) return { value: before ?? null };
      // A word of its name is enough, where only one dish has it.
      const holding = dishes.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
      if (holding.length === 1 && text.length > 2) return { value: holding[0]!.label };
      const read = readAnswer(courseField({ ...course, dishes }), text);
      return 'code' in read
        ? { error: t('bot-dinner:no_dish', { dishes: dishes.map((one) => one.label).join(', ') }) }
        : { value: read.value ?? null };
    },
  };
}

/** Diets by number or name, and what else there is in words. */
function dietSlot(n: number, given: Given): Slot {
  const before = given[`diet${n - 1}`];
  return {
    name: `diet${n}`,
    label: whose(n, t('bot-dinner:diet_label')),
    prompt: t(n > 0 ? 'bot-dinner:diet_guest' : 'bot-dinner:diet', { who: who(n) }),
    free: true,
    optional: true,
    assumed: null,
    read: (text): Read => {
      if (isSame(text, n)) return { value: before ?? null };
      if (/^(none|nothing|no|nichts|nein)$/i.test(text)) return { value: null };
      return (
        tooLong(text) ?? { value: readDietsText(text, (diet) => t(`party:diets.${diet}`)) satisfies Diets }
      );
    },
    shown: (value) => dietsText(value as Diets),
    word: (value) => dietsText(value as Diets),
  };
}

const isSame = (text: string, n: number) => n > 0 && /^(same|gleich)$/i.test(text);
const who = (n: number) => (n === 0 ? t('bot-dinner:you') : t('bot-dinner:guest_label', { n }));
const whose = (n: number, label: string) =>
  n === 0 ? label : `${t('bot-dinner:guest_label', { n })}, ${label}`;

const dietsText = ({ diets, other }: Diets): string =>
  [...diets.map((diet) => t(`party:diets.${diet}`)), other].filter(Boolean).join(', ');

/** All that is asked of one of a party of so many; 0 is who registers, who has said their name. */
export const memberSlots = (n: number, count: number, plates: Plates, given: Given): Slot[] => [
  ...(n > 0 ? [nameSlot(n, count)] : []),
  ...(plates.asks ? plates.menu.map((course) => courseSlot(course, n, plates, given)) : []),
  ...(plates.asks ? [dietSlot(n, given)] : []),
];

/** What was said of one of a party, as the commands take it. */
export function memberOf(given: Given, n: number, menu: Menu): MemberInput {
  const said = given[`diet${n}`] as Diets | null | undefined;
  const choices = menu.map(({ name }) => [name, given[`dish${n}_${name}`] ?? ''] as const);
  return {
    name: given[`guest${n}`] ?? '',
    diets: said?.diets ?? [],
    dietOther: said?.other ?? '',
    choices: Object.fromEntries(choices),
  };
}

/** Which slot a refused field of a party is asked in: `members.2.choices.main` is dish2_main. */
export function slotOfIssue(field: string): string {
  const [, n, part, course] = /^members\.(\d+)\.(\w+)(?:\.(\w+))?$/.exec(field) ?? [];
  if (part === 'choices') return `dish${n}_${course}`;
  return part === 'name' ? `guest${n}` : part ? `diet${n}` : field;
}

/** The first slot in which somebody chose a dish that is gone. */
export const slotOfDish = (given: Given, dish: string): string =>
  Object.entries(given).find(([name, value]) => name.startsWith('dish') && value === dish)?.[0] ?? 'size';
