import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { addRoom, addSlots, control, placeSession } from '../../../src/services/grid/commands.ts';
import { gridOf } from '../../../src/services/grid/queries.ts';
import { nearestFree } from '../../../src/services/grid/rules.ts';
import { registrationById } from '../../../src/services/registrations/queries.ts';
import { propose } from '../../../src/services/sessions/commands.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asSystem, code, makeBase, makeEvent, must, noon, signUp } from '../../support/factories.ts';

let database: { url: string; drop(): Promise<void> };
let processes: Base[];
beforeAll(async () => {
  database = await freshDatabase();
  processes = [makeBase(database.url), makeBase(database.url)];
});
afterEach(() => {
  control.locked = true;
  control.pause = undefined;
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.db.$client.end()));
  await database.drop();
});

/** A BarCamp with 3 rooms and 4 slots, and so many people with a session each. */
async function makeGrid(people: number) {
  const base = processes[0]!;
  const event = await makeEvent(base, {
    name: `BarCamp ${people}`,
    kind: 'barcamp',
    startsAt: '2026-05-30T09:00',
    endsAt: '2026-05-30T17:00',
  });
  const organiser = asSystem(base);
  for (const name of ['Red', 'Green', 'Blue'])
    must(await addRoom(organiser, event.slug, { name, capacity: '20' }));
  must(
    await addSlots(organiser, event.slug, {
      startsAt: '2026-05-30T10:00',
      endsAt: '2026-05-30T12:00',
      minutes: '30',
    }),
  );
  const hosts = await Promise.all(
    Array.from({ length: people }, async (_, n): Promise<{ ctx: Ctx; number: number }> => {
      const { id } = must(await signUp(base, event, `host${n}.${event.slug}`));
      const { personId } = (await registrationById(base.db, id))!;
      const ctx = as(processes[n % 2]!, { door: n % 2 ? 'chat' : 'web', personId, grants: [], proved: true });
      const { number } = must(await propose(ctx, { event: event.slug, answers: { title: `Session ${n}` } }));
      return { ctx, number };
    }),
  );
  const grid = await gridOf(base.db, event.id);
  const cells = grid.rooms.flatMap((room) =>
    grid.slots.map((slot) => ({ roomId: room.id, slotId: slot.id })),
  );
  return { event, hosts, grid, cells };
}

/** Each wants one of the 12 cells, five of them the same one. */
async function rush({ event, hosts, cells }: Awaited<ReturnType<typeof makeGrid>>) {
  const results = await Promise.all(
    hosts.map(({ ctx, number }, n) =>
      placeSession(ctx, { event: event.slug, session: number, ...cells[n % cells.length]! }),
    ),
  );
  const found = await processes[0]!.db.$client.query(
    'select room_id, slot_id, count(*)::int from placements where event_id = $1 group by 1, 2',
    [event.id],
  );
  return { results, counts: found.rows.map((row) => row.count as number) };
}

/** The negative control: it must put two sessions into a cell with the lock and the constraint off, or the test below proves nothing. */
it('puts several sessions into one cell when the lock and the constraint are off', async () => {
  const { db } = processes[0]!;
  await db.$client.query('alter table placements drop constraint placements_cell');
  control.locked = false;
  control.pause = () => new Promise((resolve) => setTimeout(resolve, 30));
  const event = await makeGrid(24);
  expect(Math.max(...(await rush(event)).counts)).toBeGreaterThan(1);
  await db.$client.query('delete from placements');
  await db.$client.query('alter table placements add constraint placements_cell unique (room_id, slot_id)');
});

it('gives 12 cells to 12 of 60 people who claim at once by web and chat; the others are told who has it and what is free', async () => {
  const made = await makeGrid(60);
  // One cell stays out of it, so that there is something to offer.
  const { results, counts } = await rush({ ...made, cells: made.cells.slice(0, 11) });
  expect(counts).toEqual(Array(11).fill(1));
  expect(results.filter((one) => one.ok)).toHaveLength(11);
  const lost = results.filter((one) => !one.ok);
  expect(lost.every((one) => code(one) === 'cell_taken')).toBe(true);
  expect(lost[0]).toMatchObject({
    refusal: { data: { title: expect.stringMatching(/^Session \d+$/), hosts: expect.any(String) } },
  });
  const grid = await gridOf(processes[0]!.db, made.event.id);
  const taken = grid.sessions.flatMap((one) => one.place ?? []);
  expect(nearestFree(grid.rooms, grid.slots, taken, made.cells[0]!, 0, noon)).toEqual([made.cells[11]]);
});
