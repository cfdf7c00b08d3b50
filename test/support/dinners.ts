import type { Base } from '../../src/context.ts';
import { type Event, publicEvent } from '../../src/services/events/queries.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import type { Registered } from '../../src/services/registrations/outcome.ts';
import { manageToken, registrationById } from '../../src/services/registrations/queries.ts';
import type { Result } from '../../src/shared/result.ts';
import { asVisitor, makeEvent, must, secret, signUp } from './factories.ts';

/** A party of so many people of whom nothing is said. */
export const guests = (size: number) => Array.from({ length: size }, () => ({}));

export const by = (one: { key: string; generation: number }) => ({ token: manageToken(secret, one) });

export const refusal = (result: Result<unknown>) => (result.ok ? undefined : result.refusal);

type Line = [name: string, size: number][];

/** What tests do with parties, their waiting list and what is enqueued for them. */
export function dinners(base: Base) {
  const query = async (text: string, values: unknown[] = []) =>
    (await base.db.$client.query(text, values)).rows;

  /** The jobs in the queue, which is emptied: what is to be told and when, and the ends of offers. */
  async function queued() {
    const rows = await query(
      `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
        where t.id = j.task_id returning j.id, t.identifier kind, j.payload, j.run_at at, j.key`,
    );
    return rows.sort((a, b) => Number(a.id) - Number(b.id));
  }

  const come = async (event: Event, name: string, size = 1): Promise<Registered> =>
    must(await signUp(base, event, name, { members: guests(size) }));

  return {
    query,
    queued,
    come,
    /** What the jobs tell, as `<registration> <kind>`. */
    told: async () =>
      (await queued()).flatMap((row) =>
        row.kind === 'tell' ? row.payload.changes.map((one: [number, string]) => one.join(' ')) : [],
      ),
    /** Four places, for parties of up to four. */
    dinner: (more: object = {}) => makeEvent(base, { capacity: '4', partyMost: '4', ...more }),
    /** The same, whose waiting list is asked first. */
    asking: (more: object = {}) =>
      makeEvent(base, { capacity: '4', partyMost: '4', line: 'offer', offerHours: '24', ...more }),
    /** Takes all four places by two parties of two; of others who come then, those wait in this order. */
    async full(event: Event, line: Line) {
      const [ann, bob] = [await come(event, 'Ann', 2), await come(event, 'Bob', 2)];
      const waiting: Registered[] = [];
      for (const [name, size] of line) waiting.push(await come(event, name, size));
      await queued();
      return { ann, bob, waiting };
    },
    cancel: async (one: Registered) => must(await cancelByToken(asVisitor(base), manageToken(secret, one))),
    stateOf: async (one: { id: number }) => (await registrationById(base.db, one.id))!.state,
    async counters(event: Event) {
      const { capacity, taken, held, waiting } = (await publicEvent(base.db, event.slug))!;
      return { capacity, taken, held, waiting };
    },
    /** What is not as it must be at rest: counters, places given beyond the capacity, places idle, positions. */
    async faults(event: { id: number }): Promise<string[]> {
      const [found] = await query(
        `select e.capacity, e.taken, e.held, e.waiting,
          coalesce(sum(size) filter (where r.state = 'confirmed'), 0)::int confirmed,
          coalesce(sum(size) filter (where r.state = 'offered'), 0)::int offered,
          count(*) filter (where r.state = 'waitlisted')::int line,
          min(size) filter (where r.state = 'waitlisted') smallest,
          count(distinct position) filter (where r.state in ('waitlisted', 'offered'))::int positions,
          count(*) filter (where r.state in ('waitlisted', 'offered'))::int standing
        from events e left join registrations r on r.event_id = e.id where e.id = $1 group by e.id`,
        [event.id],
      );
      const free =
        found.capacity === null ? Number.POSITIVE_INFINITY : found.capacity - found.confirmed - found.offered;
      const wrong = {
        taken: found.taken !== found.confirmed,
        held: found.held !== found.offered,
        waiting: found.waiting !== found.line,
        over: free < 0,
        idle: found.smallest !== null && found.smallest <= free,
        positions: found.positions !== found.standing,
      };
      return Object.entries(wrong).flatMap(([what, is]) => (is ? [what] : []));
    },
  };
}
