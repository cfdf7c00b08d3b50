import type { Base, Ctx } from '../../src/context.ts';
import type { EventInput } from '../../src/services/events/input.ts';
import type { Event } from '../../src/services/events/queries.ts';
import { addRoom, addSlots, placeSession } from '../../src/services/grid/commands.ts';
import { propose } from '../../src/services/sessions/commands.ts';
import { attendee, uncounted } from './camp.ts';
import { asSystem, makeEvent, must } from './factories.ts';

export type Camp = Awaited<ReturnType<typeof makeCamp>>;

const day = (hours: string) => `2026-05-30T${hours}`;

/** A BarCamp on 30 May 2026 with a small room and a large one, and three slots of half an hour from ten o'clock in London. */
export async function makeCamp(base: Base, more: EventInput = {}) {
  const times = { startsAt: day('09:00'), endsAt: day('17:00') };
  const event = await makeEvent(base, { kind: 'barcamp', ...times, ...more });
  const organiser = asSystem(base);
  const red = must(
    await addRoom(organiser, event.slug, { name: 'Red', capacity: '1', features: 'Projector' }),
  );
  const blue = must(await addRoom(organiser, event.slug, { name: 'Blue', features: 'Sofa' }));
  const range = { startsAt: day('10:00'), endsAt: day('11:30'), minutes: '30' };
  const slots = must(await addSlots(organiser, event.slug, range));
  return { event, organiser, red, blue, slots };
}

/** Somebody who is registered: `Ann` is `ann@example.org`. */
export async function attend(base: Base, event: Event, name: string): Promise<Ctx & { personId: number }> {
  const ctx = await attendee(base, { event }, name);
  return { ...ctx, personId: ctx.actor.personId! };
}

/** Proposes a session; gives its number. */
export async function proposed(ctx: Ctx, event: Event, title: string, more: object = {}): Promise<number> {
  return must(await propose(uncounted(ctx, event.id), { event: event.slug, answers: { title, ...more } }))
    .number;
}

/** Puts a session into a room (0 the small one, 1 the large one) and slot of the camp. */
export async function placed(
  { event, organiser, red, blue, slots }: Camp,
  number: number,
  room = 0,
  slot = 0,
) {
  const cell = { roomId: (room === 0 ? red : blue).id, slotId: slots[slot]!.id };
  must(await placeSession(organiser, { event: event.slug, session: number, ...cell }));
}
