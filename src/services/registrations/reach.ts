import type { PoolClient } from 'pg';
import type { EventRow } from './facts.ts';
import type { Ask } from './input.ts';
import { inReach, type Party, type Places, type Waiting } from './line.ts';

export type AtHand = Pick<Places, 'line' | 'firstOffered'>;

/** The line as far as the batch can reach into it; all of its head when somebody is put there. */
export async function readLine(
  client: PoolClient,
  event: EventRow,
  asks: Ask[],
  subjects: Map<number, Party>,
): Promise<AtHand> {
  const capacities = asks.flatMap((ask) => (ask.kind === 'capacity' ? [ask.capacity] : []));
  const reach = inReach(event, capacities, sizesOf(asks, subjects));
  const fronts = asks.filter((ask) => ask.kind === 'to_front').length;
  const [bySize, front] = await Promise.all([
    reach.length > 0 ? readSizes(client, event.id, reach) : [],
    fronts > 0 ? readFront(client, event.id, asks.length) : undefined,
  ]);
  return front ? { ...front, line: merged(bySize, front.line) } : { line: bySize };
}

/** Of each request for a party that is there the largest that it is, or asks to be, in this batch. */
function sizesOf(asks: Ask[], subjects: Map<number, Party>): number[] {
  const largest = new Map<number, number>();
  for (const ask of asks)
    if (ask.kind === 'resize') largest.set(ask.id, Math.max(largest.get(ask.id) ?? 0, ask.members.length));
  return asks.flatMap((ask) =>
    'id' in ask ? [Math.max(largest.get(ask.id) ?? 0, subjects.get(ask.id)?.size ?? 0)] : [],
  );
}

async function readSizes(client: PoolClient, eventId: number, reach: { size: number; count: number }[]) {
  const found = await client.query<Waiting>({
    name: 'settle-line',
    text: `select one.id, one.position, one.size from unnest($2::int[], $3::int[]) as asked(size, count),
      lateral (select id, position, size from registrations
        where event_id = $1 and state = 'waitlisted' and size = asked.size order by position limit asked.count) one
      order by one.position`,
    values: [eventId, reach.map((one) => one.size), reach.map((one) => one.count)],
  });
  return found.rows;
}

/** The head of the line, whatever its sizes, and where the first of those is who have an offer and may come back. */
async function readFront(client: PoolClient, eventId: number, count: number) {
  const [line, offered] = await Promise.all([
    client.query<Waiting>(
      `select id, position, size from registrations where event_id = $1 and state = 'waitlisted'
        order by position limit $2`,
      [eventId, count],
    ),
    client.query<{ first: number | null }>(
      `select min(position) first from registrations where event_id = $1 and state = 'offered'`,
      [eventId],
    ),
  ]);
  return { line: line.rows, firstOffered: offered.rows[0]!.first };
}

/** In their order, nobody twice. */
function merged(one: Waiting[], other: Waiting[]): Waiting[] {
  const known = new Set(one.map(({ id }) => id));
  return [...one, ...other.filter(({ id }) => !known.has(id))].sort((a, b) => a.position - b.position);
}
