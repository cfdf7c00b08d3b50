import type { Actor } from '../../context.ts';
import { type Refusal, refuse } from '../../shared/result.ts';

/** Whoever organises the whole site: makes events, gives roles, sees the jobs. */
export const organisesSite = (actor: Actor): boolean =>
  actor.system === true || actor.grants.some((one) => one.role === 'organiser' && one.eventId === null);

/** May change the event and its registrations, and export them. */
export const mayManage = (actor: Actor, eventId: number): boolean =>
  organisesSite(actor) || actor.grants.some((one) => one.role === 'organiser' && one.eventId === eventId);

/** Organises something: the site, or at least one event. */
export const organisesAny = (actor: Actor): boolean =>
  actor.system === true || actor.grants.some((one) => one.role === 'organiser');

/** May see the attendees (a helper at the door), not change or export them. */
export const maySee = (actor: Actor, eventId: number): boolean =>
  mayManage(actor, eventId) || actor.grants.some((one) => one.eventId === null || one.eventId === eventId);

/** Has anything to do in the organisers' pages. */
export const organises = (actor: Actor): boolean => actor.system === true || actor.grants.length > 0;

/** What everybody sees is done by those alone who have proved who they are: a made-up address publishes nothing. */
export const refusedUnproved = ({ proved, system }: Actor): Refusal | undefined =>
  proved || system ? undefined : refuse('forbidden', 'not_proved').refusal;

/** The events that the actor's roles reach: all of them, or a list. */
export const reach = (actor: Actor): 'all' | number[] => {
  if (actor.system || actor.grants.some((one) => one.eventId === null)) return 'all';
  return actor.grants.flatMap((one) => one.eventId ?? []);
};
