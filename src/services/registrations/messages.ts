import type { Diet, RegistrationState } from '../../db/schema.ts';
import type { Choices, Menu } from '../../shared/menu.ts';
import { when } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';

type Said = {
  state: RegistrationState;
  rank?: number | null;
  event: { name: string; startsAt: Date; endsAt: Date; zone: string };
};

/** What became of a registration, as a sentence for every door. */
export const registrationText = (t: T, { state, rank, event }: Said): string =>
  t(`site:registration.${state}`, {
    event: event.name,
    when: when(event.startsAt, event.endsAt, event.zone),
    rank: rank ?? 0,
  });

/** What somebody eats, in one line: dishes in the order of the menu, diets, and what they wrote. */
export function platesSaid(
  t: T,
  menu: Menu,
  { choices, diets, dietOther }: { choices: Choices; diets: Diet[]; dietOther: string },
): string {
  const dishes = menu.flatMap(({ name }) => choices[name] ?? []);
  return [...dishes, ...diets.map((diet) => t(`party:diets.${diet}`)), dietOther].filter(Boolean).join(' · ');
}
