import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Door } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { people, type RegistrationState, registrations } from '../../db/schema.ts';
import { clean, type Field } from '../../shared/form.ts';
import { cut, jsonOf } from '../../shared/text.ts';

/** Which registrations of an event are asked for: every one, or those that fit all that is given. */
export type AttendeeFilter = {
  /** Part of a name or of an e-mail address, whatever the case. */
  search: string;
  state?: RegistrationState;
  door?: Door;
  /** `no`: who registered themselves with an address that nobody has proved. */
  proved?: 'no';
  /** Registered then or later: a wall time in the event's zone, to the minute. */
  since?: string;
  /** By question name: an option of a choice, or `yes` and `no`. */
  answers: Record<string, string>;
};

export const states = ['confirmed', 'offered', 'waitlisted', 'cancelled'] as const;
export const doors = ['web', 'chat', 'organiser', 'cli', 'import'] as const;

/** The questions whose answers can be chosen from, so that a list can be cut down to one of them. */
export const filterQuestions = (questions: Field[]): Field[] =>
  questions.filter((one) => one.kind === 'choice' || one.kind === 'several' || one.kind === 'yesno');

export const filterOptions = (field: Field): string[] =>
  field.kind === 'yesno' ? ['yes', 'no'] : (field.options ?? []);

/** Reads a filter from a URL or a command line; an answer is `answer.<question>`. What means nothing is left out. */
export function readFilter(questions: Field[], raw: Record<string, unknown>): AttendeeFilter {
  const answers = filterQuestions(questions).flatMap((field) => {
    const value = filterOptions(field).find((one) => one === raw[`answer.${field.name}`]);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return {
    search: cut(clean(raw.q), 200),
    state: states.find((one) => one === raw.state),
    door: doors.find((one) => one === raw.door),
    proved: raw.proved === 'no' ? 'no' : undefined,
    since: readSince(raw.since),
    answers: Object.fromEntries(answers),
  };
}

/** A time that there is in the calendar, or none. */
function readSince(raw: unknown): string | undefined {
  const wall = clean(raw);
  if (!/^(19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d$/.test(wall)) return undefined;
  const read = new Date(`${wall}Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(wall) ? wall : undefined;
}

export const filters = (filter: AttendeeFilter): boolean =>
  Boolean(
    filter.search ||
      filter.state ||
      filter.door ||
      filter.proved ||
      filter.since ||
      Object.keys(filter.answers).length > 0,
  );

/** The condition for the registrations of an event that fit a filter. */
export function matching(eventId: number, questions: Field[], filter: AttendeeFilter): SQL {
  const search = filter.search.toLowerCase();
  const conditions = [
    eq(registrations.eventId, eventId),
    filter.state && eq(registrations.state, filter.state),
    filter.door && eq(registrations.door, filter.door),
    filter.proved && unproved,
    filter.since
      ? sql`${registrations.createdAt} >= ${filter.since}::timestamp at time zone (select zone from events where id = ${eventId})`
      : undefined,
    // Half the time of `ilike`; addresses are on file in lower case.
    search
      ? sql`(strpos(lower(${registrations.name}), ${search}) > 0
          or ${registrations.personId} in (select id from ${people} where strpos(email, ${search}) > 0))`
      : undefined,
    ...filterQuestions(questions)
      .filter((field) => filter.answers[field.name] !== undefined)
      .map(
        (field) => sql`${registrations.answers} @> ${answerJson(field, filter.answers[field.name]!)}::jsonb`,
      ),
  ];
  return and(...conditions)!;
}

const unproved = sql`(${registrations.door} not in ('organiser', 'import')
  and ${registrations.personId} in (select id from people where verified_at is null))`;

function answerJson(field: Field, value: string): string {
  const answer = field.kind === 'yesno' ? value === 'yes' : field.kind === 'several' ? [value] : value;
  return jsonOf({ [field.name]: answer });
}

/** Where some of those who wait stand in the line, by registration: 1 is the next. One pass over the line for all of them. */
export async function ranksOf(run: Run, eventId: number, ids: number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const found = await run.execute<{ id: number; rank: number }>(sql`select id, rank from (
    select ${registrations.id}, (row_number() over (order by ${registrations.position}))::int as rank
    from ${registrations} where ${registrations.eventId} = ${eventId} and ${registrations.state} = 'waitlisted') line
    where id = any(${sql.param(ids)}::int[])`);
  return new Map(found.rows.map((row) => [row.id, row.rank]));
}
