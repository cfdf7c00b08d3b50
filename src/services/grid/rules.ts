import type { Actor } from '../../context.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import { dayOf, daysBetween, plusDays } from '../../shared/time.ts';
import { mayManage, refusedUnproved } from '../organising/rules.ts';
import { mayHold } from '../sessions/rules.ts';

export type Room = { id: number; name: string; capacity: number | null; features: string[] };
export type Slot = { id: number; startsAt: Date; endsAt: Date; title: string | null };
/** A session as the grid's rules need it. */
export type Placed = {
  number: number;
  title: string;
  hosts: { personId: number; name: string }[];
  stars: number;
  minutes: number | null;
  features: string[];
  place: { roomId: number; slotId: number } | null;
};
export type Cell = { roomId: number; slotId: number };

/** Organisers always; those who hold the session while the grid is open. */
export const mayPlace = (actor: Actor, eventId: number, gridOpen: boolean, holds: boolean): boolean =>
  mayManage(actor, eventId) || (gridOpen && holds);

type Grids = { id: number; name: string; gridOpen: boolean };
type Placing = { eventId: number; title: string; withdrawnAt: Date | null; hosts: { personId: number }[] };

/** Why the actor cannot put a session of that number anywhere; `byCard`: holds its card, as good as its host. */
export function refusedPlacing(
  actor: Actor,
  event: Grids,
  session: Placing | undefined,
  number: number,
  byCard = false,
): Refusal | undefined {
  if (!session) return refuse('not_found', 'session_unknown', { number }).refusal;
  const { title } = session;
  if (session.withdrawnAt) return refuse('gone', 'session_withdrawn', { title }).refusal;
  const holds = byCard || mayHold(actor, session);
  if (mayPlace(actor, event.id, event.gridOpen, holds)) return byCard ? undefined : refusedUnproved(actor);
  return holds
    ? refuse('conflict', 'grid_closed', { event: event.name }).refusal
    : refuse('forbidden', 'not_host', { title }).refusal;
}

/** Why nothing can be put at a time: all do something together. */
export const refusedSlot = ({ title }: { title: string | null }): Refusal | undefined =>
  title === null ? undefined : refuse('conflict', 'cell_common', { title }).refusal;

/**
 * Free cells, the nearest to the one that was wanted first: near in time, then the same room, then rooms that hold those
 * who starred it, the smallest of them first. Slots that have begun are left out.
 */
export function nearestFree(
  rooms: Room[],
  slots: Slot[],
  taken: Cell[],
  wanted: Cell,
  stars: number,
  now: Date,
): Cell[] {
  const used = new Set(taken.map(keyOf));
  const at = slots.find((one) => one.id === wanted.slotId)?.startsAt.getTime() ?? now.getTime();
  const free = slots
    .filter((slot) => slot.title === null && slot.endsAt > now)
    .flatMap((slot) => rooms.map((room) => ({ room, slot })))
    .filter(({ room, slot }) => !used.has(keyOf({ roomId: room.id, slotId: slot.id })));
  const cost = ({ room, slot }: (typeof free)[number]): number[] => [
    Math.abs(slot.startsAt.getTime() - at),
    room.id === wanted.roomId ? 0 : 1,
    fits(room, stars) ? 0 : 1,
    room.capacity ?? Number.MAX_SAFE_INTEGER,
    room.id,
  ];
  return free
    .map((one) => ({ one, cost: cost(one) }))
    .sort((a, b) => compare(a.cost, b.cost))
    .map(({ one: { room, slot } }) => ({ roomId: room.id, slotId: slot.id }));
}

export const keyOf = ({ roomId, slotId }: Cell): string => `${roomId}-${slotId}`;

const fits = (room: Room, stars: number) => room.capacity === null || room.capacity >= stars;

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((one, n) => one !== b[n]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** What is allowed but unwise, with the reason's data for the catalogue (`grid.warnings.<code>`). */
export type Warning =
  | { code: 'host_twice'; data: { host: string; title: string; number: number } }
  | { code: 'starred_together'; data: { title: string; number: number; both: number } }
  | { code: 'room_small'; data: { room: string; capacity: number; stars: number } }
  | { code: 'too_long'; data: { minutes: number; slot: number } }
  | { code: 'lacks'; data: { room: string; feature: string } };

/** How many starred both of two sessions, by `smaller number-larger number`. */
export type StarredPairs = Map<string, number>;

/** The warnings for a session in a cell, among the others that are on the grid at that time. */
export function warningsFor(
  session: Placed,
  cell: { room: Room; slot: Slot },
  others: Placed[],
  pairs: StarredPairs,
): Warning[] {
  const together = others.filter(
    (one) => one.number !== session.number && one.place?.slotId === cell.slot.id,
  );
  const { room, slot } = cell;
  const minutes = Math.round((slot.endsAt.getTime() - slot.startsAt.getTime()) / 60_000);
  return [
    ...together.flatMap((other) => hostTwice(session, other)),
    ...together.flatMap((other) => starredTogether(session, other, pairs)),
    ...(fits(room, session.stars)
      ? []
      : [
          {
            code: 'room_small' as const,
            data: { room: room.name, capacity: room.capacity!, stars: session.stars },
          },
        ]),
    ...(session.minutes !== null && session.minutes > minutes
      ? [{ code: 'too_long' as const, data: { minutes: session.minutes, slot: minutes } }]
      : []),
    ...session.features
      .filter((feature) => !room.features.includes(feature))
      .map((feature) => ({ code: 'lacks' as const, data: { room: room.name, feature } })),
  ];
}

const hostTwice = (session: Placed, other: Placed): Warning[] =>
  session.hosts
    .filter((host) => other.hosts.some((one) => one.personId === host.personId))
    .map((host) => ({
      code: 'host_twice',
      data: { host: host.name, title: other.title, number: other.number },
    }));

/** Worth a word when at least two people, and a third of the smaller one's, starred both. */
function starredTogether(session: Placed, other: Placed, pairs: StarredPairs): Warning[] {
  const both = pairs.get(pairKey(session.number, other.number)) ?? 0;
  if (both < 2 || both * 3 < Math.min(session.stars, other.stars)) return [];
  return [{ code: 'starred_together', data: { title: other.title, number: other.number, both } }];
}

export const pairKey = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

/** The smallest room that holds all who starred it; the largest when none does. */
export function suggestedRoom(rooms: Room[], stars: number): Room | undefined {
  const bySize = [...rooms].sort(
    (a, b) => (a.capacity ?? Number.MAX_SAFE_INTEGER) - (b.capacity ?? Number.MAX_SAFE_INTEGER),
  );
  return bySize.find((room) => fits(room, stars)) ?? bySize.at(-1);
}

/** Times of a day in minutes from its beginning: slots of a length from one time to another with breaks between them. */
export function generateTimes(
  from: number,
  to: number,
  length: number,
  gap: number,
): { from: number; to: number }[] {
  const times = [];
  for (let at = from; at + length <= to; at += length + gap) times.push({ from: at, to: at + length });
  return times;
}

export type Stretch = { startsAt: Date; endsAt: Date };

/** Longer than this, an event has nights in it. */
const oneDay = 24 * 3600_000;

/**
 * The days of an event, each from its first hour to its last: Saturday 9:00 to Sunday 17:00 is 9:00 to 17:00 on both. Where that
 * makes no day (Friday 18:00 to Sunday 16:00), the first has an evening and the others a morning and more.
 */
export function eventStretches({ startsAt, endsAt }: Stretch, zone: string): Stretch[] {
  if (endsAt.getTime() - startsAt.getTime() <= oneDay) return [{ startsAt, endsAt }];
  const last = Math.min(30, daysBetween(dayOf(startsAt, zone), dayOf(endsAt, zone)) ?? 0);
  return Array.from({ length: last + 1 }, (_, n) => {
    const [from, to] = [plusDays(startsAt, zone, n), plusDays(endsAt, zone, n - last)];
    if (from < to) return { startsAt: from, endsAt: to };
    return n === 0
      ? { startsAt: from, endsAt: new Date(from.getTime() + 4 * 3600_000) }
      : { startsAt: new Date(to.getTime() - 7 * 3600_000), endsAt: to };
  });
}

/** What is left of a stretch around others, in order of time. */
export function freeStretches({ startsAt, endsAt }: Stretch, taken: Stretch[]): Stretch[] {
  const within = taken.filter((one) => one.startsAt < endsAt && one.endsAt > startsAt);
  const ends = [startsAt, ...within.map((one) => one.endsAt)];
  const begins = [...within.map((one) => one.startsAt), endsAt];
  return ends
    .map((end, n) => ({ startsAt: end, endsAt: begins[n]! }))
    .filter((one) => one.startsAt < one.endsAt);
}

/** Slots before the event begins or after it ends: nobody may be there. */
export const outside = <S extends Stretch>(slots: S[], event: Stretch): S[] =>
  slots.filter((slot) => slot.startsAt < event.startsAt || slot.endsAt > event.endsAt);
