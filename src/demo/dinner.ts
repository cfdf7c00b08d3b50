import type { Ctx } from '../context.ts';
import { seatEverybody } from '../services/dinners/seats.ts';
import { addTables } from '../services/dinners/tables.ts';
import type { Event } from '../services/events/queries.ts';
import type { MemberInput } from '../services/registrations/members.ts';
import { diets } from '../services/registrations/members.ts';
import { must } from '../shared/result.ts';
import { t } from '../words/words.ts';
import type { DemoPerson } from './people.ts';

/** Every third brings somebody, every eighth two; most have chosen. */
export function demoParty(
  { menu, partyMost }: Event,
  people: DemoPerson[],
  n: number,
): MemberInput[] | undefined {
  if (partyMost === 1) return undefined;
  const size = n % 8 === 5 ? 3 : n % 3 === 1 ? 2 : 1;
  return Array.from({ length: size }, (_, guest) => {
    const pick = n * 5 + guest * 3;
    return {
      name: guest === 0 || pick % 7 === 6 ? '' : people[(n * 13 + guest * 29) % people.length]!.name,
      diets: pick % 4 === 1 ? [diets[pick % diets.length]!] : [],
      dietOther: pick % 17 === 3 ? 'no celery, please' : '',
      choices: Object.fromEntries(
        menu.map(({ name, dishes }) => [name, pick % 9 === 8 ? '' : dishes[pick % dishes.length]!.label]),
      ),
    };
  });
}

/** Tables for the dinner, with everybody seated who has a place. */
export async function seedTables(ctx: Ctx, event: Event): Promise<void> {
  if (event.kind !== 'dinner') return;
  must(await addTables(ctx, event.slug, { count: '4', seats: '10' }, t));
  must(await seatEverybody(ctx, event.slug, false));
}
