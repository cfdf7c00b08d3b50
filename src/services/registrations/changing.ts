import type { PoolClient } from 'pg';
import { jsonOf } from '../../shared/text.ts';
import type { Ask } from './input.ts';
import { type Member, worthKeeping } from './members.ts';
import type { Decision } from './settle.ts';
import type { Batch, Newcomer, Written } from './writing.ts';

/** Writes what became of the registrations that were there, in one statement. */
export async function changeRegistrations(client: PoolClient, { asked, settled, offers, now }: Batch) {
  const changed = [...settled.after];
  if (changed.length === 0) return;
  const offered = new Set(settled.offered);
  const many = new Map(
    asked.flatMap(({ ask }) => ('many' in ask && ask.many ? [[ask.id, ask.many] as const] : [])),
  );
  const endedBy = new Map(
    settled.decisions.flatMap((decision, index) => endOf(decision, asked[index]!.ask) ?? []),
  );
  await client.query({
    name: 'settle-change',
    text: `update registrations r set state = new.state, position = new.position, size = new.size,
        confirmed_at = case when new.state = 'waitlisted' then null
          when new.state = 'confirmed' and r.state <> 'confirmed' then $1::timestamptz else r.confirmed_at end,
        cancelled_at = case when new.state = 'cancelled' then $1::timestamptz end,
        cancelled_by = case when new.state = 'cancelled' then new.by end,
        cancelled_from = case when new.state = 'cancelled' then coalesce(new.was, r.cancelled_from) end,
        cancellation_id = case when new.state = 'cancelled' and r.state <> 'cancelled' then new.many else r.cancellation_id end,
        skipped_at = case when new.skipped then $1::timestamptz else r.skipped_at end,
        offered_at = case when new.offered then $1::timestamptz else r.offered_at end,
        offer_expires_at = case when new.offered then $2::timestamptz else r.offer_expires_at end
      from unnest($3::int[], $4::text[], $5::int[], $6::int[], $7::text[], $8::boolean[], $9::boolean[], $10::text[], $11::int[])
        as new(id, state, position, size, by, skipped, offered, was, many)
      where r.id = new.id`,
    values: [
      now,
      offers?.expiresAt ?? null,
      changed.map(([id]) => id),
      changed.map(([, one]) => one.state),
      changed.map(([, one]) => one.position),
      changed.map(([, one]) => one.size),
      changed.map(([id]) => endedBy.get(id) ?? null),
      changed.map(([, one]) => one.skipped ?? false),
      changed.map(([id]) => offered.has(id)),
      changed.map(([, one]) => one.was ?? null),
      // Who ends by themselves, or by another's hand, is no part of it: what is taken back later leaves them as they are.
      changed.map(([id]) => many.get(id) ?? null),
    ],
  });
}

/** Which registration the request has ended, and who did that. */
function endOf(decision: Decision, ask: Ask): [number, string][] | undefined {
  if (decision.kind === 'cancelled' && ask.kind === 'cancel') return [[decision.id, ask.by]];
  if (decision.kind === 'unproved') return [[decision.id, 'unproved']];
  if (decision.kind === 'passed') return [[decision.id, 'self']];
  return decision.kind === 'lapsed' ? [[decision.id, 'lapsed']] : undefined;
}

type Row = Member & { registration: number; position: number };

/** Writes the members of new parties, and of those that changed: the last that was said of each. */
export async function keepMembers(
  client: PoolClient,
  { asked, settled }: Batch,
  fresh: Newcomer[],
  written: Written,
) {
  const changed = new Map(
    asked.flatMap(({ ask, members }, index) =>
      ask.kind === 'resize' && settled.decisions[index]!.kind === 'resized'
        ? [[ask.id, members ?? []] as const]
        : [],
    ),
  );
  const parties = [
    ...fresh.map(({ ready, position }) => [written.get(position)!.id, ready.members ?? []] as const),
    ...changed,
  ];
  const rows = parties.flatMap(([registration, members]): Row[] =>
    worthKeeping(members) ? members.map((one, position) => ({ ...one, registration, position })) : [],
  );
  const near = asked.flatMap(({ ask, near: wished }, index) =>
    ask.kind === 'resize' && wished !== undefined && settled.decisions[index]!.kind === 'resized'
      ? [[ask.id, wished] as const]
      : [],
  );
  await Promise.all([
    changed.size > 0 &&
      client.query('delete from members where registration_id = any($1::int[])', [[...changed.keys()]]),
    changed.size > 0 && standUp(client, changed),
    near.length > 0 &&
      client.query(
        `update registrations r set near = new.near from unnest($1::int[], $2::text[]) as new(id, near) where r.id = new.id`,
        [near.map(([id]) => id), near.map(([, wished]) => wished)],
      ),
    rows.length > 0 && insertMembers(client, rows),
  ]);
}

/** Whoever does not come any more sits nowhere. */
const standUp = (client: PoolClient, changed: Map<number, Member[]>) =>
  client.query(
    `delete from seatings s using unnest($1::int[], $2::int[]) as new(id, size)
      where s.registration_id = new.id and s.position >= new.size`,
    [[...changed.keys()], [...changed.values()].map((members) => members.length)],
  );

const insertMembers = (client: PoolClient, rows: Row[]) =>
  client.query({
    name: 'settle-members',
    text: `insert into members (registration_id, position, name, diets, diet_other, choices)
      select registration, position, name, array(select jsonb_array_elements_text(diets)), other, choices
      from unnest($1::int[], $2::int[], $3::text[], $4::jsonb[], $5::text[], $6::jsonb[])
        as new(registration, position, name, diets, other, choices)`,
    values: [
      rows.map((one) => one.registration),
      rows.map((one) => one.position),
      rows.map((one) => one.name),
      rows.map((one) => jsonOf(one.diets)),
      rows.map((one) => one.dietOther),
      rows.map((one) => jsonOf(one.choices)),
    ],
  });
