import type { Base } from '../../context.ts';
import type { Jobs } from '../../jobs/enqueue.ts';
import { tellingSql, tellingValues } from './telling.ts';

/** The queue's job that runs the command: the same one at every attempt. */
type Asked<J extends keyof Jobs> = Jobs[J] & { job: string };

/**
 * Makes the notices of what became of registrations, with the jobs that send them, in one statement. A happening is
 * named by its job: run again it tells nothing twice, and the same registration promoted a second time is another one.
 */
export async function tell(base: Base, { job, changes }: Asked<'tell'>): Promise<number> {
  const found = await base.db.$client.query<{ told: number }>(
    `with asked as (
      select * from unnest($7::int[], $8::text[]) with ordinality as one(registration, kind, nr)
    ), wanted as (
      select concat_ws(':', 'tell', $6::text, r.id, asked.kind) key, asked.kind, r.person_id, r.event_id,
        r.id registration_id, '{}'::jsonb data, asked.nr
      from asked join registrations r on r.id = asked.registration
    ), ${tellingSql}
    select count(*)::int told from told, queued`,
    [
      ...tellingValues(base.now(), 0, job),
      changes.map(([registration]) => registration),
      changes.map(([, kind]) => kind),
    ],
  );
  return found.rows[0]!.told;
}

/** How many registrations a statement of `tellEvent` takes. */
const batch = 1000;

export type ToldEvent =
  | { kind: 'told'; people: number }
  /** A later version is told by a job of its own, or what was to be told is not so any more. `newest` is the event's version now. */
  | { kind: 'skipped'; because: 'superseded' | 'no_longer_so'; newest: number };

/**
 * Tells everyone with a living registration what became of the event, a thousand at a time. Begun again it goes on where
 * it was: a notice is named by registration, kind and version. Mails to everyone come after all others in the queue.
 */
export async function tellEvent(base: Base, asked: Asked<'tell_event'>): Promise<ToldEvent> {
  let people = 0;
  for (let after = 0; ; ) {
    const standing = await standingOf(base, asked);
    if (standing.kind === 'skipped') return standing;
    const one = await tellBatch(base, asked, after);
    people += one.told;
    if (one.last === null) return { kind: 'told', people };
    after = one.last;
  }
}

async function standingOf(base: Base, { job, event, kind }: Asked<'tell_event'>): Promise<ToldEvent> {
  const found = await base.db.$client.query<{ version: number; state: string; superseded: boolean }>({
    name: 'tell-event-standing',
    text: `select version, state, exists (
        select from graphile_worker.jobs where key = 'tell_event:' || $1 and id <> $2::bigint) superseded
      from events where id = $1::int`,
    values: [event, job],
  });
  const row = found.rows[0];
  const newest = row?.version ?? 0;
  if (row?.superseded) return { kind: 'skipped', because: 'superseded', newest };
  const fits = row?.state === (kind === 'event_cancelled' ? 'cancelled' : 'published');
  return fits ? { kind: 'told', people: 0 } : { kind: 'skipped', because: 'no_longer_so', newest };
}

/** `last`: the last registration looked at; null when there was none. */
async function tellBatch(
  base: Base,
  { event, kind, version, job }: Asked<'tell_event'>,
  after: number,
): Promise<{ told: number; last: number | null }> {
  const found = await base.db.$client.query<{ told: number; last: number | null }>({
    name: 'tell-event',
    text: `with page as (
      select id, person_id, event_id from registrations
      where event_id = $7::int and state <> 'cancelled' and id > $8::int order by id limit $9::int
    ), wanted as (
      select concat_ws(':', $10::text, $7::int, $11::int, id) key, $10::text kind, person_id, event_id,
        id registration_id, '{}'::jsonb data, id nr
      from page
    ), ${tellingSql}
    select (select count(*) from told)::int told, (select max(id) from page) last from queued`,
    values: [...tellingValues(base.now(), 10, job), event, after, batch, kind, version],
  });
  return found.rows[0]!;
}

/** Marks that the mail server has taken the notice. */
export async function markMailed(base: Base, id: number): Promise<void> {
  await base.db.$client.query({
    name: 'notice-mailed',
    text: 'update notices set mailed_at = coalesce(mailed_at, $2) where id = $1',
    values: [id, base.now()],
  });
}
