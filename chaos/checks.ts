import type pg from 'pg';
import type { Claim, Told } from './clients.ts';

type Ask = Pick<pg.Pool, 'query'>;
export type Fault = { rule: string; what: string };

/** What must hold of the rows, whatever was killed: each gives a row for each breach. */
const invariants: Record<string, string> = {
  'counters of an event are what its rows say': `
    select e.slug what from events e left join lateral (select
        coalesce(sum(size) filter (where state = 'confirmed'), 0) taken,
        coalesce(sum(size) filter (where state = 'offered'), 0) held,
        count(*) filter (where state = 'waitlisted') waiting
      from registrations r where r.event_id = e.id) r on true
    where (e.taken, e.held, e.waiting) is distinct from (r.taken, r.held, r.waiting)`,
  'nothing is oversold': `
    select e.slug what from events e join registrations r on r.event_id = e.id and r.state in ('confirmed', 'offered')
    where e.capacity is not null group by e.id having sum(r.size) > e.capacity`,
  'a person has one living registration at an event': `
    select event_id || '/' || person_id what from registrations where state <> 'cancelled'
    group by event_id, person_id having count(*) > 1`,
  'places in a line are nobody else’s': `
    select event_id || '/' || position what from registrations where state = 'waitlisted'
    group by event_id, position having count(*) > 1`,
  'every registration has its people': `
    select r.id::text what from registrations r where r.state <> 'cancelled'
      and (select count(*) from members m where m.registration_id = r.id) not in (0, r.size)`,
  'a session is in one cell, and a cell has one session': `
    select 'session ' || session_id what from placements group by session_id having count(*) > 1
    union all select 'cell ' || room_id || '-' || slot_id from placements group by room_id, slot_id having count(*) > 1`,
  'jobs are done': `
    select task_identifier || ' ' || id || ' ' || coalesce(last_error, '') what from graphile_worker.jobs
    where run_at < now() or attempts > 0`,
  'no lock is left behind': `
    select locked_by || ' ' || id what from graphile_worker.jobs where locked_at < now() - interval '1 minute'`,
};

export async function checkRows(db: Ask): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [rule, sql] of Object.entries(invariants)) {
    const { rows } = await db.query<{ what: string }>(sql);
    faults.push(...rows.map(({ what }) => ({ rule, what })));
  }
  return faults;
}

const may = {
  registered: ['confirmed', 'waitlisted', 'offered'],
  cancelled: ['cancelled'],
  taken: ['confirmed'],
};

export type Said = { told: Omit<Told, 'cancel' | 'take' | 'by'>[]; claims: Map<number, Claim> };

/** What each client was told against what is on file. */
export async function checkTold(db: Ask, { told, claims }: Said, camp: string): Promise<Fault[]> {
  const { rows } = await db.query<{ email: string; event: string; states: string[]; arrived: boolean }>(
    `select p.email, e.slug event, array_agg(r.state) states, bool_or(a.at is not null) arrived from registrations r
      join people p on p.id = r.person_id join events e on e.id = r.event_id
      left join arrivals a on a.registration_id = r.id group by p.email, e.slug`,
  );
  const file = new Map(rows.map((row) => [`${row.email} ${row.event}`, row]));
  const faults: Fault[] = [];
  for (const one of told) {
    const row = file.get(`${one.email} ${one.event}`);
    const what = `${one.email} at ${one.event} was told “${one.state}”; on file: ${row?.states ?? 'nothing'}`;
    if (!row) faults.push({ rule: 'what was acknowledged is on file', what });
    else if (!one.unsure && !row.states.every((state) => may[one.state].includes(state)))
      faults.push({ rule: 'what was acknowledged last is so', what });
    if (one.arrived && !row?.arrived)
      faults.push({ rule: 'who was let in is let in', what: `${one.email} at ${one.event}` });
  }
  return [...faults, ...(await checkClaims(db, claims, camp))];
}

async function checkClaims(db: Ask, claims: Said['claims'], camp: string): Promise<Fault[]> {
  const placed = await db.query<{ number: number; cell: string }>(
    `select s.number, p.room_id || '-' || p.slot_id cell from placements p join sessions s on s.id = p.session_id
      join events e on e.id = p.event_id where e.slug = $1`,
    [camp],
  );
  const cells = new Map(placed.rows.map(({ number, cell }) => [number, cell]));
  return [...claims.values()]
    .filter(({ session, cell, unsure }) => !unsure && cells.get(session) !== cell)
    .map(({ session, cell }) => ({
      rule: 'a session is where its claim was taken',
      what: `${session}: ${cell}, not ${cells.get(session)}`,
    }));
}
