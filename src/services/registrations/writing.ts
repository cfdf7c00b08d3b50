import type { PoolClient } from 'pg';
import type { Change } from '../../jobs/enqueue.ts';
import { attempts } from '../../jobs/enqueue.ts';
import type { Ready } from './check.ts';
import type { EventRow } from './facts.ts';
import type { Ask, AskRegister } from './input.ts';
import type { After, Settled } from './rules.ts';

export type Written = Map<number, { id: number; key: string; generation: number }>;

/**
 * Writes a settled batch, each kind of change in one statement, enqueues one job for all that is to be told, and
 * commits. A statement that fails fails those after it, the commit included.
 */
export async function writeAndCommit(
  client: PoolClient,
  event: EventRow,
  asked: Ready[],
  settled: Settled,
  now: Date,
): Promise<Written> {
  const fresh = asked.flatMap((one, index) => newcomer(one, settled, index) ?? []);
  const [, , written] = await Promise.all([
    insertPeople(client, fresh, now),
    keepProvisionalLinks(client, fresh),
    insertRegistrations(client, event, fresh, now),
    cancelRegistrations(client, asked, settled, now),
    confirmRegistrations(client, settled, now),
    moveRegistrations(client, settled),
    updateEvent(client, event, settled, now),
  ]);
  await Promise.all([tell(client, changes(asked, settled, fresh, written)), client.query('commit')]);
  return written;
}

type Newcomer = { ready: Ready; ask: AskRegister; state: 'confirmed' | 'waitlisted'; position: number };

function newcomer(ready: Ready, settled: Settled, index: number): Newcomer | undefined {
  const decision = settled.decisions[index]!;
  if (ready.ask.kind !== 'register') return undefined;
  if (decision.kind !== 'confirmed' && decision.kind !== 'waitlisted') return undefined;
  return { ready, ask: ready.ask, state: decision.kind, position: decision.position };
}

/** Adds those who are new. Sorted, so that two batches that add the same people cannot deadlock. */
async function insertPeople(client: PoolClient, fresh: Newcomer[], now: Date) {
  const missing = fresh
    .filter(({ ready }) => !ready.person)
    .map(({ ready }) => ready.entry!)
    .sort((a, b) => (a.email < b.email ? -1 : 1));
  if (missing.length === 0) return;
  await client.query({
    name: 'settle-people-insert',
    text: `insert into people (email, name, created_at)
      select email, name, $1::timestamptz from unnest($2::text[], $3::text[]) as new(email, name)
      on conflict (email) do nothing`,
    values: [now, missing.map((one) => one.email), missing.map((one) => one.name)],
  });
}

/** Gives the new rows by position, which no two of them share. */
async function insertRegistrations(
  client: PoolClient,
  event: EventRow,
  fresh: Newcomer[],
  now: Date,
): Promise<Written> {
  if (fresh.length === 0) return new Map();
  const found = await client.query<{ id: number; key: string; generation: number; position: number }>({
    name: 'settle-insert',
    text: `insert into registrations
        (event_id, person_id, name, state, position, door, answers, listed, address_id, request_key, created_at, confirmed_at)
      select $1::int, p.id, new.name, state, position, door, answers::jsonb, listed, address, request,
        $2::timestamptz, case state when 'confirmed' then $2::timestamptz end
      from unnest($3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::boolean[], $10::int[], $11::text[])
        as new(email, name, state, position, door, answers, listed, address, request)
      join people p on p.email = new.email
      returning id, key, generation, position`,
    values: [
      event.id,
      now,
      fresh.map((one) => one.ready.entry!.email),
      fresh.map((one) => one.ready.entry!.name),
      fresh.map((one) => one.state),
      fresh.map((one) => one.position),
      fresh.map((one) => one.ask.door),
      fresh.map((one) => JSON.stringify(one.ready.entry!.answers)),
      fresh.map((one) => one.ask.listed ?? false),
      fresh.map((one) => one.ask.addressId ?? null),
      fresh.map((one) => one.ask.requestKey ?? null),
    ],
  });
  return new Map(found.rows.map(({ position, ...row }) => [position, row]));
}

/**
 * An address that made a person keeps a provisional link to it. Once the e-mail is used by another door, somebody else
 * may own it: provisional links to that person end.
 */
async function keepProvisionalLinks(client: PoolClient, fresh: Newcomer[]) {
  const elsewhere = fresh.filter(
    ({ ready, ask }) => ready.person && !ready.person.verified && !ask.addressId,
  );
  const named = fresh.filter(({ ready, ask }) => !ready.person && ask.addressId);
  await Promise.all([
    elsewhere.length > 0 &&
      client.query(
        `update addresses set person_id = null where linked_at is null and person_id = any($1::int[])`,
        [elsewhere.map(({ ready }) => ready.person!.id)],
      ),
    named.length > 0 &&
      client.query(
        `update addresses a set person_id = p.id
          from unnest($1::int[], $2::text[]) as new(address, email) join people p on p.email = new.email
          where a.id = new.address and a.linked_at is null`,
        [named.map(({ ask }) => ask.addressId), named.map(({ ready }) => ready.entry!.email)],
      ),
  ]);
}

async function cancelRegistrations(client: PoolClient, asked: Ready[], settled: Settled, now: Date) {
  const by = new Map(asked.flatMap(({ ask }) => (ask.kind === 'cancel' ? [[ask.id, ask.by] as const] : [])));
  const ids = became(settled, 'cancelled').map(([id]) => id);
  if (ids.length === 0) return;
  await client.query({
    name: 'settle-cancel',
    text: `update registrations r set state = 'cancelled', cancelled_at = $1, cancelled_by = gone.by
      from unnest($2::int[], $3::text[]) as gone(id, by) where r.id = gone.id`,
    values: [now, ids, ids.map((id) => by.get(id))],
  });
}

async function confirmRegistrations(client: PoolClient, settled: Settled, now: Date) {
  const ids = became(settled, 'confirmed').map(([id]) => id);
  if (ids.length === 0) return;
  await client.query({
    name: 'settle-confirm',
    text: `update registrations set state = 'confirmed', confirmed_at = $1 where id = any($2::int[])`,
    values: [now, ids],
  });
}

async function moveRegistrations(client: PoolClient, settled: Settled) {
  const moved = became(settled, 'waitlisted');
  if (moved.length === 0) return;
  await client.query({
    name: 'settle-move',
    text: `update registrations r set state = 'waitlisted', position = moved.position, confirmed_at = null
      from unnest($1::int[], $2::int[]) as moved(id, position) where r.id = moved.id`,
    values: [moved.map(([id]) => id), moved.map(([, one]) => one.position)],
  });
}

const became = (settled: Settled, state: After['state']) =>
  [...settled.after].filter(([, one]) => one.state === state);

async function updateEvent(client: PoolClient, event: EventRow, { places }: Settled, now: Date) {
  const same =
    places.taken === event.taken &&
    places.waiting === event.waiting &&
    places.nextPosition === event.nextPosition &&
    places.capacity === event.capacity &&
    places.waitingList === event.waitingList;
  if (same) return;
  await client.query({
    name: 'settle-event',
    text: `update events set taken = $2, waiting = $3, next_position = $4, capacity = $5, waiting_list = $6, updated_at = $7
      where id = $1`,
    values: [
      event.id,
      places.taken,
      places.waiting,
      places.nextPosition,
      places.capacity,
      places.waitingList,
      now,
    ],
  });
}

function changes(asked: Ready[], settled: Settled, fresh: Newcomer[], written: Written): Change[] {
  const news = fresh
    .filter(({ ask }) => !ask.quiet)
    .map(({ position, state }): Change => [written.get(position)!.id, state]);
  const moves = settled.decisions.flatMap((decision, index): Change[] => {
    const { ask, person } = asked[index]!;
    if (decision.kind === 'cancelled') return [[decision.id, 'cancelled']];
    if (decision.kind === 'placed') return [[decision.id, 'promoted']];
    if (decision.kind === 'moved' && ask.kind === 'to_waiting') return [[decision.id, 'moved_to_waiting']];
    // Who registers again has perhaps lost the mail: the link is sent once more, to the owner of the address.
    if (decision.kind === 'already' && person?.living && !isQuiet(ask)) return [[person.living.id, 'link']];
    return [];
  });
  return [...news, ...moves, ...settled.promoted.map((id): Change => [id, 'promoted'])];
}

const isQuiet = (ask: Ask) => ask.kind === 'register' && ask.quiet === true;

async function tell(client: PoolClient, told: Change[]) {
  if (told.length === 0) return;
  await client.query({
    name: 'settle-tell',
    text: `select graphile_worker.add_job('tell', payload => $1::json, max_attempts => $2)`,
    values: [JSON.stringify({ changes: told }), attempts],
  });
}
