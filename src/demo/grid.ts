import { inArray, sql } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import { people as table } from '../db/schema.ts';
import type { Event } from '../services/events/queries.ts';
import { addRoom, addSlots, placeSession } from '../services/grid/commands.ts';
import { gridOf } from '../services/grid/queries.ts';
import { peopleOf } from '../services/registrations/coming.ts';
import { editSession, propose, setStar } from '../services/sessions/commands.ts';
import { must } from '../shared/result.ts';
import type { DemoGrid, DemoSession } from './sessions.ts';

/** Rooms, times, sessions, stars: by the commands that everybody uses, each attendee for themselves. */
export async function seedGrid(organiser: Ctx, event: Event, day: string, demo: DemoGrid): Promise<void> {
  for (const room of demo.rooms) must(await addRoom(organiser, event.slug, room));
  for (const { from, to, ...rest } of demo.times)
    must(
      await addSlots(organiser, event.slug, { startsAt: `${day}T${from}`, endsAt: `${day}T${to}`, ...rest }),
    );
  const people = await peopleOf(organiser.db, event.id, 60);
  // What they propose and star is shown, and counted.
  await organiser.db.update(table).set({ verifiedAt: organiser.now() }).where(inArray(table.id, people));
  const attendee = (n: number): Ctx => ({
    ...organiser,
    actor: { door: 'cli', personId: people[n % people.length]!, grants: [], proved: true },
  });
  const { rooms, slots } = await gridOf(organiser.db, event.id);
  const times = slots.filter((slot) => slot.title === null);
  for (const [n, session] of demo.sessions.entries()) {
    // Some hold two: not everybody is new.
    const ctx = attendee(n % 14);
    const { number } = must(await propose(ctx, { event: event.slug, answers: answersOf(session) }));
    if (session.at) {
      const cell = { roomId: rooms[session.at[0]]!.id, slotId: times[session.at[1]]!.id };
      must(await placeSession(ctx, { event: event.slug, session: number, ...cell }));
    }
    if (session.links)
      must(await editSession(ctx, event.slug, number, { ...answersOf(session), links: session.links }));
    const fans = (n * 7) % 23;
    for (let fan = 0; fan < fans; fan++) must(await setStar(attendee(fan * 3 + n), event.slug, number, true));
  }
  await tellNobody(organiser, event);
}

/** As if everybody had been told of it long ago. */
async function tellNobody({ db }: Ctx, event: Event) {
  await db.execute(sql`update events set grid_told = coalesce((select max(id) from grid_changes), 0)
    where id = ${event.id}`);
}

const answersOf = ({ title, abstract, kind, tags, more }: DemoSession): Record<string, unknown> => ({
  title,
  abstract,
  kind,
  tags,
  ...more,
});
