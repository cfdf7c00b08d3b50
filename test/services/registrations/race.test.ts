import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { control } from '../../../src/services/registrations/batch.ts';
import { cancelByToken } from '../../../src/services/registrations/commands.ts';
import { manageToken } from '../../../src/services/registrations/queries.ts';
import { freshDatabase } from '../../support/database.ts';
import { asVisitor, makeBase, makeEvent, secret, signUp } from '../../support/factories.ts';

let database: { url: string; drop(): Promise<void> };
/** Two pools have queues of their own, as two processes have. */
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

const here = (index: number) => processes[index % 2]!;

async function rush(people: number, places: number) {
  const event = await makeEvent(here(0), { capacity: String(places) });
  const results = await Promise.all(
    Array.from({ length: people }, (_, index) => signUp(here(index), event, `p${index}`)),
  );
  return { event, registered: results.flatMap((one) => (one.ok ? [one.value] : [])) };
}

async function onFile(event: { id: number }) {
  const found = await here(0).db.$client.query(
    `select (select count(*)::int from registrations where event_id = e.id and state = 'confirmed') confirmed,
      (select count(*)::int from registrations where event_id = e.id and state = 'waitlisted') waitlisted,
      (select max(position) from registrations where event_id = e.id and state = 'confirmed') last_in,
      (select min(position) from registrations where event_id = e.id and state = 'waitlisted') first_out,
      taken, waiting from events e where id = $1`,
    [event.id],
  );
  return found.rows[0];
}

/** The negative control: it must oversell with the lock off, or the tests below prove nothing. */
it('oversells when the lock is off', async () => {
  control.locked = false;
  control.pause = () => new Promise((resolve) => setTimeout(resolve, 30));
  const { event } = await rush(40, 5);
  expect((await onFile(event)).confirmed).toBeGreaterThan(5);
});

it('never oversells, keeps the order and counts right: 200 people, 50 places, two processes', async () => {
  const { event, registered } = await rush(200, 50);
  expect(registered).toHaveLength(200);
  expect(registered.filter((one) => one.state === 'confirmed')).toHaveLength(50);
  expect(new Set(registered.flatMap((one) => one.rank ?? [])).size).toBe(150);
  const file = await onFile(event);
  expect(file).toMatchObject({ confirmed: 50, waitlisted: 150, taken: 50, waiting: 150 });
  expect(file.last_in).toBeLessThan(file.first_out);
});

it('is never under at rest with cancellations in between', async () => {
  const { event, registered } = await rush(60, 20);
  const leaving = registered.filter((_, index) => index % 3 === 0);
  const [left] = await Promise.all([
    Promise.all(leaving.map((one, index) => cancelByToken(asVisitor(here(index)), manageToken(secret, one)))),
    Promise.all(Array.from({ length: 30 }, (_, index) => signUp(here(index), event, `late${index}`))),
  ]);
  expect(left.every((one) => one.ok && one.value.kind === 'cancelled')).toBe(true);
  expect(await onFile(event)).toMatchObject({ confirmed: 20, taken: 20, waitlisted: 50, waiting: 50 });
});

it('registers the same people for two events at once without a deadlock', async () => {
  const events = [await makeEvent(here(0)), await makeEvent(here(0))];
  const names = Array.from({ length: 60 }, (_, index) => `both${index}`);
  const results = await Promise.all(
    events.flatMap((event, which) =>
      (which ? [...names].reverse() : names).map((name) => signUp(here(which), event, name)),
    ),
  );
  expect(results.filter((one) => one.ok)).toHaveLength(120);
});
