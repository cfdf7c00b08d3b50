import type { RegistrationState } from '../../db/schema.ts';
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
