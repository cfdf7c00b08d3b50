import type { Refusal } from '../../shared/result.ts';
import { type Count, formsOf, type Reached, tooMany } from '../limits/rules.ts';
import type { Asked } from '../limits/spending.ts';
import type { Facts, KnownPerson } from './facts.ts';
import type { Ask, AskRegister } from './input.ts';
import type { Decision } from './settle.ts';
import type { Batch } from './writing.ts';

/** All that the forms of a batch may count on, before it is known who is who: what is not taken is given back. */
export const countedOn = (asks: Ask[]): Asked[] =>
  asks.flatMap((ask) => (counts(ask) ? possible(ask).map((one) => ({ ...one, asked: 1 })) : []));

/** What organisers type and take over from lists counts on nothing. */
const counts = (ask: Ask): ask is AskRegister => ask.kind === 'register' && !ask.byOrganiser;

const possible = (ask: AskRegister): Count[] => [...own(ask), ...entrance(ask), ...formsOf(ask)];

const own = ({ personId }: AskRegister): Count[] =>
  personId ? [{ limit: 'person_forms', subject: String(personId) }] : [];
const entrance = ({ entrance: key }: AskRegister): Count[] =>
  key ? [{ limit: 'entrance_forms', subject: key }] : [];

/**
 * What a form counts on: whoever registers themselves, by an address that they have proved, on themselves; whoever came by
 * a link for the wall that is open, on that; anybody else on where they come from.
 */
export function countsOf(ask: AskRegister, facts: Facts, person: KnownPerson | undefined): Count[] {
  if (!counts(ask)) return [];
  if (person?.verified && person.id === ask.personId) return own(ask);
  return ask.entrance && facts.entrances.has(ask.entrance) ? entrance(ask) : formsOf(ask);
}

/** Says more to those whose link for the wall has ended meanwhile. */
export function oneTooMany(reached: Reached, ask: AskRegister, now: Date): Refusal {
  const refusal = tooMany(reached, now);
  const ended = ask.entrance && reached.limit !== 'entrance_forms';
  return ended ? { ...refusal, code: 'limit_entrance_ended' } : refusal;
}

/** Whether nobody is written to of what was decided. */
export const mailsNothing = ({ kind }: Decision): boolean =>
  kind === 'full' || kind === 'too_large' || kind === 'dish_gone';

/** Who registers again has perhaps lost the mail: the link is sent once more, to the owner of the address, and not often. */
export const askedAgain = ({ asked, settled }: Pick<Batch, 'asked' | 'settled'>): Asked[] =>
  asked.flatMap(({ ask, person }, index) =>
    settled.decisions[index]!.kind === 'already' && person?.living && !(ask.kind === 'register' && ask.quiet)
      ? [{ limit: 'registration_link', subject: String(person.living.id), asked: 1 }]
      : [],
  );
