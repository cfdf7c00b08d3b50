import type { PoolClient } from 'pg';
import type { Base } from '../../context.ts';
import { jsonOf } from '../../shared/text.ts';
import type { Purse } from '../limits/rules.ts';
import { giveBackAtOnce, spendOn } from '../limits/spending.ts';
import { changeRegistrations, keepMembers } from './changing.ts';
import type { Ready } from './check.ts';
import { askedAgain } from './counting.ts';
import { evenKey } from './evenly.ts';
import type { EventRow } from './facts.ts';
import type { AskRegister } from './input.ts';
import type { OfferTimes } from './offers.ts';
import type { ProofTimes } from './proof.ts';
import type { Settled } from './settle.ts';
import { enqueueAll } from './telling.ts';

type Row = { id: number; key: string; generation: number; proveBy: Date | null };
export type Written = Map<number, Row>;

/**
 * What has been decided. `offers`: when an offer of this batch is told, and when it ends. `proof`: until when those of it prove
 * their address whom nobody has proved to be.
 */
export type Batch = {
  event: EventRow;
  asked: Ready[];
  settled: Settled;
  offers?: OfferTimes;
  proof?: ProofTimes;
  now: Date;
  counts: Purse;
};

/** Rule 10: who registers themselves, with an address that nobody has proved; those whom organisers add are not asked. */
export const isAsked = ({ ask, person }: Ready): boolean =>
  ask.kind === 'register' && !ask.byOrganiser && !person?.verified;

/**
 * Writes a settled batch, each kind of change in one statement, enqueues one job for all that is to be told, and
 * commits. A statement that fails fails those after it, the commit included.
 */
export async function writeAndCommit(client: PoolClient, base: Base, batch: Batch): Promise<Written> {
  const fresh = batch.asked.flatMap((one, index) => newcomer(one, batch.settled, index) ?? []);
  const again = askedAgain(batch);
  const [, , written, , , links] = await Promise.all([
    insertPeople(client, fresh, batch.now),
    keepProvisionalLinks(client, fresh),
    insertRegistrations(client, batch, fresh),
    changeRegistrations(client, batch),
    updateEvent(client, batch),
    spendOn(base, client, again),
  ]);
  const linked = again.filter((one) => !links.take([one])).map((one) => Number(one.subject));
  await Promise.all([
    keepMembers(client, batch, fresh, written),
    enqueueAll(client, batch, fresh, written, linked),
    client.query('commit'),
    // After the commit, and not waited for by it.
    giveBackAtOnce(base, client, [...batch.counts.rest(), ...links.rest()]),
  ]);
  return written;
}

export type Newcomer = {
  ready: Ready;
  ask: AskRegister;
  size: number;
  state: 'confirmed' | 'offered' | 'waitlisted';
  position: number;
};

function newcomer(ready: Ready, settled: Settled, index: number): Newcomer | undefined {
  const decision = settled.decisions[index]!;
  if (ready.ask.kind !== 'register' || ready.request.kind !== 'register') return undefined;
  if (!('position' in decision) || decision.kind === 'moved') return undefined;
  const { kind: state, position } = decision;
  return { ready, ask: ready.ask, size: ready.request.size, state, position };
}

/** The chat address that registered, and may know it. */
const speaking = ({ even, addressId }: AskRegister) => (even ? undefined : addressId);

const keptKey = ({ even, requestKey }: AskRegister) =>
  even && requestKey ? evenKey(requestKey) : requestKey;

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
  { event, now, offers, proof }: Batch,
  fresh: Newcomer[],
): Promise<Written> {
  if (fresh.length === 0) return new Map();
  const found = await client.query<Row & { position: number }>({
    name: 'settle-insert',
    text: `insert into registrations
        (event_id, person_id, name, state, position, door, answers, listed, address_id, request_key, created_at, confirmed_at,
          size, offered_at, offer_expires_at, near, prove_by, prove_remind_at)
      select $1::int, p.id, new.name, state, position, door, answers::jsonb, listed, address, request,
        $2::timestamptz, case state when 'confirmed' then $2::timestamptz end,
        size, case state when 'offered' then $2::timestamptz end, case state when 'offered' then $13::timestamptz end, near,
        case when asked then $16::timestamptz end, case when asked then $17::timestamptz end
      from unnest($3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::boolean[], $10::int[], $11::text[], $12::int[], $14::text[], $15::boolean[])
        as new(email, name, state, position, door, answers, listed, address, request, size, near, asked)
      join people p on p.email = new.email
      returning id, key, generation, prove_by "proveBy", position`,
    values: [
      event.id,
      now,
      fresh.map((one) => one.ready.entry!.email),
      fresh.map((one) => one.ready.entry!.name),
      fresh.map((one) => one.state),
      fresh.map((one) => one.position),
      fresh.map((one) => one.ask.door),
      fresh.map((one) => jsonOf(one.ready.entry!.answers)),
      fresh.map((one) => one.ask.listed ?? false),
      fresh.map((one) => speaking(one.ask) ?? null),
      fresh.map((one) => keptKey(one.ask) ?? null),
      fresh.map((one) => one.size),
      offers?.expiresAt ?? null,
      fresh.map((one) => one.ready.entry!.near),
      fresh.map((one) => isAsked(one.ready)),
      proof?.until ?? null,
      proof?.remindAt ?? null,
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
    ({ ready, ask }) => ready.person && !ready.person.verified && !speaking(ask),
  );
  const named = fresh.filter(({ ready, ask }) => !ready.person && speaking(ask));
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

async function updateEvent(client: PoolClient, { event, settled: { places }, now }: Batch) {
  const same =
    places.taken === event.taken &&
    places.held === event.held &&
    places.waiting === event.waiting &&
    places.nextPosition === event.nextPosition &&
    places.firstPosition === event.firstPosition &&
    places.capacity === event.capacity &&
    places.waitingList === event.waitingList;
  if (same) return;
  await client.query({
    name: 'settle-event',
    text: `update events set taken = $2, waiting = $3, next_position = $4, capacity = $5, waiting_list = $6, updated_at = $7, held = $8,
        first_position = $9
      where id = $1`,
    values: [
      event.id,
      places.taken,
      places.waiting,
      places.nextPosition,
      places.capacity,
      places.waitingList,
      now,
      places.held,
      places.firstPosition,
    ],
  });
}
