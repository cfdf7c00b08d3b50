import type { PoolClient } from 'pg';
import type { EventRow } from './facts.ts';
import type { Ask } from './input.ts';
import type { Party, Places, Waiting } from './line.ts';
import { mostParty } from './rules.ts';

export type AtHand = Pick<Places, 'cut' | 'firstOffered'> & { line: Waiting[] };

/**
 * The line as far as the batch can reach into it: of each size the first, as many as the places that may fall free could seat,
 * and one more for each request that may take one of them out.
 */
export async function readLine(
  client: PoolClient,
  event: EventRow,
  asks: Ask[],
  subjects: Map<number, Party>,
): Promise<AtHand> {
  const moves = asks.filter((ask) => 'id' in ask).length;
  const places = placesInReach(event, asks, subjects);
  const sizes = Array.from({ length: Math.min(places, mostParty) }, (_, n) => n + 1);
  const counts = sizes.map((size) => Math.min(event.waiting, Math.floor(places / size) + moves + 1));
  const toFront = asks.some((ask) => ask.kind === 'to_front');
  const [bySize, front] = await Promise.all([
    event.waiting > 0 && sizes.length > 0 ? readSizes(client, event.id, sizes, counts) : [],
    toFront ? readFront(client, event.id, moves + 1) : undefined,
  ]);
  const cut = sizes.filter((size, n) => {
    const count = counts[n]!;
    return count < event.waiting && bySize.filter((one) => one.size === size).length === count;
  });
  return {
    line: front ? merged(bySize, front.line) : bySize,
    cut: new Set(cut),
    firstOffered: front?.firstOffered,
  };
}

/** How many places the batch can give to those who wait, at most. */
function placesInReach(event: EventRow, asks: Ask[], subjects: Map<number, Party>): number {
  const capacities = asks.flatMap((ask) => (ask.kind === 'capacity' ? [ask.capacity] : []));
  const most = Math.max(...[event.capacity, ...capacities].map((one) => one ?? Number.POSITIVE_INFINITY));
  const sizes = new Map<number, number>();
  for (const ask of asks)
    if ('id' in ask) {
      const asked = ask.kind === 'resize' ? ask.members.length : 0;
      sizes.set(ask.id, Math.max(sizes.get(ask.id) ?? subjects.get(ask.id)?.size ?? 0, asked));
    }
  const freed = asks.reduce((sum, ask) => sum + ('id' in ask ? sizes.get(ask.id)! : 0), 0);
  return Math.max(0, most - event.taken - event.held) + freed;
}

async function readSizes(client: PoolClient, eventId: number, sizes: number[], counts: number[]) {
  const found = await client.query<Waiting>({
    name: 'settle-line',
    text: `select one.id, one.position, one.size from unnest($2::int[], $3::int[]) as asked(size, count),
      lateral (select id, position, size from registrations
        where event_id = $1 and state = 'waitlisted' and size = asked.size order by position limit asked.count) one
      order by one.position`,
    values: [eventId, sizes, counts],
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

function merged(one: Waiting[], other: Waiting[]): Waiting[] {
  const known = new Set(one.map(({ id }) => id));
  return [...one, ...other.filter(({ id }) => !known.has(id))].sort((a, b) => a.position - b.position);
}
