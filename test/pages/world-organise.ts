import { eq } from 'drizzle-orm';
import type { Base } from '../../src/context.ts';
import { events } from '../../src/db/schema.ts';
import { openEntrance } from '../../src/services/entrances/commands.ts';
import { eventBySlug } from '../../src/services/events/queries.ts';
import { addRoom, addSlots } from '../../src/services/grid/commands.ts';
import { gridOf } from '../../src/services/grid/queries.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { cancelMany, doCancelMany, toCancel } from '../../src/services/registrations/many.ts';
import { sessionByNumber } from '../../src/services/sessions/queries.ts';
import { urlToken } from '../../src/shared/ids.ts';
import { asSystem, must, secret, signUp } from '../support/factories.ts';

/** Olga organises everything; the grid of `wall` has a room and an item for everybody that nobody should name so. */
export async function makeOrganiser(base: Base, naughty: string[]) {
  const ctx = asSystem(base);
  must(await grantRole(ctx, { email: 'olga@example.org', name: 'Olga', role: 'organiser', eventId: null }));
  const features = naughty.slice(0, 5).join(' ').replaceAll(',', '');
  const room = must(await addRoom(ctx, 'wall', { name: `R ${'o'.repeat(60)}m`, capacity: '1', features }));
  must(
    await addSlots(ctx, 'wall', {
      title: naughty.join(' ').slice(0, 120),
      startsAt: '2026-06-30T19:00',
      endsAt: '2026-06-30T23:30',
    }),
  );
  const event = (await eventBySlug(base.db, 'wall'))!;
  const { sessions } = await gridOf(base.db, event.id);
  const withdrawn = (await sessionByNumber(base.db, event.id, 3))!;
  const path = ({ key }: { key: string }) => `/c/${urlToken(secret, 'card', key)}`;
  return { card: path(sessions[0]!), cardWithdrawn: path(withdrawn), room: room.id };
}

/** Many strangers at once at an event with a link for its wall: some of them have been cancelled together, by this cancellation. */
export async function makeCrowd(base: Base, slug: string): Promise<number> {
  const ctx = asSystem(base);
  const event = (await eventBySlug(base.db, slug))!;
  must(await openEntrance(ctx, event.id, 4));
  const since = new Date(base.now().getTime() - 300_000);
  await base.db
    .update(events)
    .set({ strangersSince: since, strangersToldAt: base.now() })
    .where(eq(events.id, event.id));
  for (let n = 1; n <= 3; n++)
    must(
      await signUp(base, { slug }, `Stranger ${n}`, {
        email: `stranger${n}@example.net`,
        answers: { t_shirt: 'S' },
      }),
    );
  const filter = { search: 'Stranger', answers: {} };
  const { count, upTo } = must(await toCancel(ctx, event, filter));
  const { id } = must(await cancelMany(ctx, event, { filter, upTo, asked: count }));
  await doCancelMany(base, id);
  return id;
}
