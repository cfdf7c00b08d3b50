import type { Base, Ctx } from '../../src/context.ts';
import type { EventInput } from '../../src/services/events/input.ts';
import type { Event } from '../../src/services/events/queries.ts';
import { addRoom, addSlots, placeSession } from '../../src/services/grid/commands.ts';
import { gridOf } from '../../src/services/grid/queries.ts';
import { registrationById } from '../../src/services/registrations/queries.ts';
import { propose } from '../../src/services/sessions/commands.ts';
import { asSystem, makeEvent, must, proved, signUp } from './factories.ts';

export type Camp = { event: Event; slug: string; cells: { roomId: number; slotId: number }[] };

type Given = {
  rooms?: string[];
  days?: string[];
  from?: string;
  to?: string;
  minutes?: string;
  event?: EventInput;
};

/** A BarCamp with rooms of 20 and half-hour slots from ten to twelve; cells by time, then by room. */
export async function makeCamp(base: Base, given: Given = {}): Promise<Camp> {
  const {
    rooms = ['Red', 'Blue'],
    days = ['2026-05-30'],
    from = '10:00',
    to = '12:00',
    minutes = '30',
  } = given;
  const event = await makeEvent(base, {
    kind: 'barcamp',
    startsAt: `${days[0]}T09:00`,
    endsAt: `${days.at(-1)}T18:00`,
    ...given.event,
  });
  const organiser = asSystem(base);
  for (const name of rooms) must(await addRoom(organiser, event.slug, { name, capacity: '20' }));
  for (const day of days)
    must(
      await addSlots(organiser, event.slug, { startsAt: `${day}T${from}`, endsAt: `${day}T${to}`, minutes }),
    );
  const grid = await gridOf(base.db, event.id);
  const cells = grid.slots.flatMap((slot) =>
    grid.rooms.map((room) => ({ roomId: room.id, slotId: slot.id })),
  );
  return { event, slug: event.slug, cells };
}

/** Somebody who is registered, as they act on the website: `ann@example.org` for a name of Ann. */
export async function attendee(base: Base, camp: { event: Event }, name = 'Ann'): Promise<Ctx> {
  const { id } = must(await signUp(base, camp.event, name));
  const { personId } = (await registrationById(base.db, id))!;
  return proved(base, personId);
}

/** The same person with a role on the event: bound by no number of sessions. */
export const uncounted = (ctx: Ctx, eventId: number): Ctx => ({
  ...ctx,
  actor: { ...ctx.actor, grants: [...ctx.actor.grants, { role: 'organiser', eventId }] },
});

/** Proposes a session and, with the number of a cell, puts it there; gives its number. */
export async function hold(
  ctx: Ctx,
  camp: Camp,
  title: string,
  cell?: number,
  more: object = {},
): Promise<number> {
  const { number } = must(
    await propose(uncounted(ctx, camp.event.id), { event: camp.slug, answers: { title, ...more } }),
  );
  if (cell !== undefined)
    must(await placeSession(ctx, { event: camp.slug, session: number, ...camp.cells[cell]! }));
  return number;
}

export const keyOfCell = ({ roomId, slotId }: Camp['cells'][number]): string => `${roomId}-${slotId}`;
