import type { PoolClient } from 'pg';
import type { Ask } from './input.ts';
import type { Party } from './line.ts';

/** Of the event's slug as the first parameter. */
export const eventId = '(select id from events where slug = $1)';

/** The registrations that a batch is about, as they are on file. */
export async function readSubjects(
  client: PoolClient,
  slug: string,
  asks: Ask[],
  now: Date,
): Promise<Party[]> {
  const idsOf = (kind?: Ask['kind']) =>
    asks.flatMap((ask) => ('id' in ask && (!kind || ask.kind === kind) ? ask.id : []));
  const [parties, unproved, cancelled] = await Promise.all([
    readParties(client, slug, idsOf(), now),
    readUnproved(client, slug, idsOf('unproved'), now),
    readCancelled(
      client,
      slug,
      asks.flatMap((ask) => (ask.kind === 'restore' ? ask : [])),
    ),
  ]);
  return parties.map((party) => ({
    ...party,
    unproved: unproved.has(party.id),
    ...cancelled.get(party.id),
  }));
}

async function readParties(client: PoolClient, slug: string, ids: number[], now: Date): Promise<Party[]> {
  if (ids.length === 0) return [];
  const found = await client.query<Party>({
    name: 'settle-subjects',
    text: `select id, state, position, size, skipped_at is not null "skipped",
        coalesce(offer_expires_at <= $3::timestamptz, false) "due"
      from registrations where event_id = ${eventId} and id = any($2::int[])`,
    values: [slug, ids, now],
  });
  return found.rows;
}

/** For the negative control of the race tests alone: without the people's locks somebody who answers loses a place. */
export const proofControl: { locked: boolean } = { locked: true };

/**
 * Those who were asked to prove their address, whose time is over and who have not. Their rows are locked: whoever is proving it just
 * now is waited for, and counts; whoever does it later waits for us, and is told that the place is lost.
 */
async function readUnproved(
  client: PoolClient,
  slug: string,
  ids: number[],
  now: Date,
): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const found = await client.query<{ id: number }>(
    `select r.id from registrations r join people p on p.id = r.person_id join events e on e.id = r.event_id
      where e.slug = $1 and r.id = any($2::int[]) and r.prove_by <= $3::timestamptz and p.verified_at is null
        and e.prove_hours is not null and e.starts_at > $3::timestamptz
      order by p.id ${proofControl.locked ? 'for share of p' : ''}`,
    [slug, ids, now],
  );
  return new Set(found.rows.map(({ id }) => id));
}

/**
 * What those who are to be restored were before; nothing for whoever has been forgotten, or was not cancelled by what is taken back.
 */
async function readCancelled(
  client: PoolClient,
  slug: string,
  asks: { id: number; many?: number }[],
): Promise<Map<number, Pick<Party, 'was' | 'again'>>> {
  if (asks.length === 0) return new Map();
  const found = await client.query<Required<Pick<Party, 'id' | 'was' | 'again'>>>(
    `select r.id, r.cancelled_from "was", exists (select from registrations o
        where o.event_id = r.event_id and o.person_id = r.person_id and o.state <> 'cancelled') "again"
      from unnest($2::int[], $3::int[]) as asked(id, many)
      join registrations r on r.id = asked.id and r.cancellation_id = asked.many join people p on p.id = r.person_id
      where r.event_id = ${eventId} and p.email not like '%@nobody.invalid'`,
    [slug, asks.map((ask) => ask.id), asks.map((ask) => ask.many ?? null)],
  );
  return new Map(found.rows.map(({ id, was, again }) => [id, { was, again }]));
}
