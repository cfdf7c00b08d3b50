import type { Refusal } from '../../shared/result.ts';
import { moment } from '../../shared/time.ts';
import { placeState } from '../events/rules.ts';
import { tellableAt } from './offers.ts';

/** What of an event decides whether one may register. */
export type Openness = {
  name: string;
  state: 'draft' | 'published' | 'cancelled';
  opensAt: Date | null;
  closesAt: Date | null;
  startsAt: Date;
  endsAt: Date;
  zone: string;
};

/** Why nobody can register now, or undefined. An organiser is not bound by opening and closing times. */
export function closedBecause(event: Openness, now: Date, byOrganiser = false): Refusal | undefined {
  const data = { event: event.name };
  if (event.state === 'cancelled') return { kind: 'gone', code: 'event_cancelled', data };
  if (byOrganiser) return undefined;
  if (event.state === 'draft') return { kind: 'not_found', code: 'event_unknown' };
  if (event.endsAt <= now) return { kind: 'gone', code: 'event_over', data };
  if (event.opensAt && event.opensAt > now)
    return {
      kind: 'conflict',
      code: 'not_open_yet',
      data: { ...data, opens: moment(event.opensAt, event.zone) },
    };
  if ((event.closesAt ?? event.startsAt) <= now)
    return {
      kind: 'gone',
      code: 'registration_closed',
      data: { ...data, closed: moment(event.closesAt ?? event.startsAt, event.zone) },
    };
  return undefined;
}

/** Why nothing can be changed any more by those who are registered, or undefined. */
export function closedToAnswers(
  { name, state, endsAt }: Pick<Openness, 'name' | 'state' | 'endsAt'>,
  now: Date,
): Refusal | undefined {
  const data = { event: name };
  if (state === 'cancelled') return { kind: 'gone', code: 'event_cancelled', data };
  return endsAt <= now ? { kind: 'gone', code: 'event_over', data } : undefined;
}

/** Why a registration would be refused whoever asked, for a door that says so before a form is filled in; or undefined. */
export const refusedBecause = (
  event: Openness & Parameters<typeof placeState>[0],
  now: Date,
): Refusal | undefined =>
  closedBecause(event, now) ??
  (placeState(event).kind === 'full'
    ? { kind: 'conflict', code: 'full', data: { event: event.name } }
    : undefined);

/** A chat address may speak for a person whom it proved to be, or whom nobody has proved to be yet and whom it named itself. */
export const speaksFor = (
  address: { personId: number | null; linked: boolean } | undefined,
  person: { id: number; verified: boolean },
): boolean => address?.personId === person.id && (address.linked || !person.verified);

/** The words that a question may not use as its name: fields of the form, and what every object has. */
export const reservedNames = ['name', 'email', 'listed', 'nonce', 'event', 'constructor'];

/** The largest party that any event may allow. */
export const mostParty = 20;
/**
 * Nobody is given less time to prove their address, and nobody loses a place before a mail to them has been on its way for so long.
 * Milliseconds.
 */
export const leastProof = 30 * 60_000;
/** The longest time that an offer may stand, in hours. */
export const mostHours = 168;

/**
 * Whether everybody is asked what they eat: where there is a menu, and at a dinner to which people bring others. A dinner without
 * either asks what its organisers ask.
 */
export const asksPlates = (event: { kind: string; menu: unknown[]; partyMost: number }): boolean =>
  event.menu.length > 0 || (event.kind === 'dinner' && event.partyMost > 1);

/**
 * When the organisers are told that many strangers come at once: so many registrations within so many minutes, more than this share of them
 * with an address that nobody has proved; and not again for so many hours. A later wave is one crowd with what began so many days before,
 * as long as somebody of then has neither been asked nor answered.
 */
export const crowd = { count: 20, minutes: 10, share: 0.5, pause: 12, days: 7 } as const;

const hour = 3_600_000;

/** What is to be done about a step of "still coming?" now. `later`: it is too early, or night. */
export type Step = { kind: 'ask' } | { kind: 'later'; at: Date } | { kind: 'nothing' };

type Asking = {
  state: 'draft' | 'published' | 'cancelled';
  startsAt: Date;
  zone: string;
  reconfirmHours: number[];
};

/** Whether the step `hours` before the start is asked now: by day, before the event, and not when a later step is due already. */
export function stepNow(event: Asking, hours: number, now: Date): Step {
  if (event.state !== 'published' || !event.reconfirmHours.includes(hours)) return { kind: 'nothing' };
  const due = (before: number) => new Date(event.startsAt.getTime() - before * hour);
  if (due(hours) > now) return { kind: 'later', at: due(hours) };
  const superseded = event.reconfirmHours.some((other) => other < hours && due(other) <= now);
  if (superseded || now >= event.startsAt) return { kind: 'nothing' };
  const at = tellableAt(now, event.zone);
  if (at <= now) return { kind: 'ask' };
  return at < event.startsAt ? { kind: 'later', at } : { kind: 'nothing' };
}
