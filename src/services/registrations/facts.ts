import type { PoolClient } from 'pg';
import { type Field, parseEmail } from '../../shared/form.ts';
import type { Menu, Portions } from '../../shared/menu.ts';
import { readPortions } from './dishes.ts';
import { evenKey } from './evenly.ts';
import type { Ask } from './input.ts';
import type { Party } from './line.ts';
import { type AtHand, readLine } from './reach.ts';
import { eventId, readSubjects } from './subjects.ts';

/** The event's row as settling needs it. */
export type EventRow = {
  id: number;
  slug: string;
  name: string;
  state: 'draft' | 'published' | 'cancelled';
  capacity: number | null;
  waitingList: boolean;
  partyMost: number;
  quiet: boolean;
  line: 'automatic' | 'offer';
  offerHours: number;
  opensAt: Date | null;
  closesAt: Date | null;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  questions: Field[];
  menu: Menu;
  taken: number;
  held: number;
  waiting: number;
  nextPosition: number;
  firstPosition: number;
  proveHours: number | null;
};

export type KnownPerson = { id: number; email: string; verified: boolean; living: Living | null };
export type Living = { id: number; state: string };
export type KnownAddress = { id: number; personId: number | null; linked: boolean };
/** A registration that a request key made before. */
export type Replay = {
  id: number;
  key: string;
  generation: number;
  state: string;
  rank: number;
  proveBy: Date | null;
  requestKey: string;
};

export type Facts = {
  people: Map<string, KnownPerson>;
  addresses: Map<number, KnownAddress>;
  replays: Map<string, Replay>;
  subjects: Map<number, Party>;
  atHand: AtHand;
  /** Links for the wall that are open just now for this event. */
  entrances: Set<string>;
  /** Of dishes that the kitchen can only make so many of: how many are left. */
  portions?: Portions;
};

const eventSql = `select id, slug, name, state, capacity, waiting_list "waitingList", opens_at "opensAt",
  closes_at "closesAt", starts_at "startsAt", ends_at "endsAt", zone, questions, menu, taken, held, waiting,
  party_most "partyMost", quiet, line, offer_hours "offerHours", next_position "nextPosition", first_position "firstPosition", prove_hours "proveHours" from events where slug = $1`;

/** Begins, takes the event's lock, and reads all that the batch may need. */
export async function lockAndRead(
  client: PoolClient,
  slug: string,
  asks: Ask[],
  now: Date,
  locked: boolean,
): Promise<{ event?: EventRow; facts: Facts }> {
  const registers = asks.filter((ask) => ask.kind === 'register');
  // Sent in one go and answered in order; each sees what was committed when its turn came, so after the lock.
  const [, event, people, addresses, replays, entrances, subjects] = await Promise.all([
    client.query('begin'),
    lockEvent(client, slug, locked),
    readPeople(
      client,
      slug,
      registers.flatMap((ask) => parseEmail(ask.email) ?? []),
    ),
    readAddresses(
      client,
      registers.flatMap((ask) => ask.addressId ?? []),
    ),
    readReplays(
      client,
      slug,
      registers.flatMap(({ requestKey }) => (requestKey ? [requestKey, evenKey(requestKey)] : [])),
    ),
    readEntrances(
      client,
      slug,
      registers.flatMap((ask) => ask.entrance ?? []),
      now,
    ),
    readSubjects(client, slug, asks, now),
  ]);
  const known = new Map(subjects.map((one) => [one.id, one]));
  const facts = {
    people: new Map(people.map((one) => [one.email, one])),
    addresses: new Map(addresses.map((one) => [one.id, one])),
    replays: new Map(replays.map((one) => [one.requestKey, one])),
    entrances,
    subjects: known,
    atHand: { line: [] } as AtHand,
  };
  if (!event) return { facts };
  const [atHand, portions] = await Promise.all([
    readLine(client, event, asks, known),
    readPortions(client, event, asks, known),
  ]);
  return { event, facts: { ...facts, atHand, portions } };
}

/**
 * The lock is a statement of its own: each later one then sees what earlier holders committed. `no key`, so that rows
 * that refer to the event can still be written elsewhere.
 */
async function lockEvent(client: PoolClient, slug: string, locked: boolean): Promise<EventRow | undefined> {
  const found = await client.query<EventRow>({
    name: locked ? 'lock-event' : 'read-event',
    text: locked ? `${eventSql} for no key update` : eventSql,
    values: [slug],
  });
  return found.rows[0];
}

async function readPeople(client: PoolClient, slug: string, emails: string[]): Promise<KnownPerson[]> {
  if (emails.length === 0) return [];
  const found = await client.query<Omit<KnownPerson, 'living'> & { living: number | null; state: string }>({
    name: 'settle-people',
    text: `select p.id, p.email, p.verified_at is not null "verified", r.id "living", r.state
      from people p left join registrations r
        on r.event_id = ${eventId} and r.person_id = p.id and r.state <> 'cancelled'
      where p.email = any($2::text[])`,
    values: [slug, emails],
  });
  return found.rows.map(({ living, state, ...person }) => ({
    ...person,
    living: living === null ? null : { id: living, state },
  }));
}

async function readAddresses(client: PoolClient, ids: number[]): Promise<KnownAddress[]> {
  if (ids.length === 0) return [];
  const found = await client.query<KnownAddress>({
    name: 'settle-addresses',
    text: `select id, person_id "personId", linked_at is not null "linked" from addresses where id = any($1::int[])`,
    values: [ids],
  });
  return found.rows;
}

async function readReplays(client: PoolClient, slug: string, keys: string[]): Promise<Replay[]> {
  if (keys.length === 0) return [];
  const found = await client.query<Replay>({
    name: 'settle-replays',
    // Whoever sends the form again has the link that they had: it may have been ended since, for they may be a stranger.
    text: `select r.id, r.key, 0 "generation", r.state, r.prove_by "proveBy", r.request_key "requestKey",
        (select count(*)::int from registrations w
          where w.event_id = r.event_id and w.state = 'waitlisted' and w.position <= r.position) "rank"
      from registrations r where r.event_id = ${eventId} and r.request_key = any($2::text[])`,
    values: [slug, keys],
  });
  return found.rows;
}

async function readEntrances(
  client: PoolClient,
  slug: string,
  keys: string[],
  now: Date,
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const found = await client.query<{ key: string }>({
    name: 'settle-entrances',
    text: `select key from entrances
      where event_id = ${eventId} and key = any($2::uuid[]) and ends_at > $3::timestamptz`,
    values: [slug, [...new Set(keys)], now],
  });
  return new Set(found.rows.map(({ key }) => key));
}
