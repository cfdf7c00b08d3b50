import { and, asc, desc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, members, people, registrations, series } from '../../db/schema.ts';
import { tokenKey } from '../../shared/ids.ts';
import { isLimited, type Menu, type Portions, portionsLeft } from '../../shared/menu.ts';
import { chosenSql, countChosen } from './dishes.ts';
import { type Purpose, wayOf } from './links.ts';

export { mailedLink, mailedTicketToken, mailedToken, manageToken, ticketToken } from './links.ts';

const rank = sql<number>`case when ${registrations.state} = 'waitlisted' then (
  select count(*)::int from registrations w where w.event_id = ${registrations.eventId}
    and w.state = 'waitlisted' and w.position <= ${registrations.position}) end`;

/** A registration with its event: what the manage page, the ticket, the mails and the bot show. */
const columns = {
  id: registrations.id,
  key: registrations.key,
  generation: registrations.generation,
  mailGeneration: registrations.mailGeneration,
  state: registrations.state,
  size: registrations.size,
  near: registrations.near,
  reconfirmAskedAt: registrations.reconfirmAskedAt,
  reconfirmedAt: registrations.reconfirmedAt,
  /** Of the last offer: until when it stands, while the state is `offered`. */
  offerExpiresAt: registrations.offerExpiresAt,
  skippedAt: registrations.skippedAt,
  /** Until when they are asked to prove their address; looked at while `verified` is false. */
  proveBy: registrations.proveBy,
  cancelledBy: registrations.cancelledBy,
  name: registrations.name,
  answers: registrations.answers,
  listed: registrations.listed,
  door: registrations.door,
  createdAt: registrations.createdAt,
  /** 1 is the next in line; null unless waitlisted. */
  rank: rank.as('rank'),
  email: people.email,
  personId: people.id,
  verified: sql<boolean>`${people.verifiedAt} is not null`.as('verified'),
  event: events,
  seriesSlug: series.slug,
};

const withEvent = (run: Run) =>
  run
    .select(columns)
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .leftJoin(series, eq(series.id, events.seriesId))
    .innerJoin(people, eq(people.id, registrations.personId));

export type RegistrationView = Awaited<ReturnType<typeof registrationById>> & {};

export async function registrationById(run: Run, id: number) {
  const [row] = await withEvent(run).where(eq(registrations.id, id));
  return row;
}

/**
 * The registration that a manage link (or, for `ticket`, a ticket's code) opens, and whether the link was shown or mailed;
 * undefined for any other text, and once it was ended.
 */
export async function registrationByToken(base: Base, token: string, purpose: Purpose = 'manage') {
  const key = tokenKey(token);
  if (!key) return undefined;
  const [row] = await withEvent(base.db).where(eq(registrations.key, key));
  const way = row && wayOf(base.secret, token, purpose, row);
  return way && { ...row, way };
}

/** The person's own registration that a link of theirs opened which has ended since; undefined for anybody else's. */
export async function ownByDeadToken(base: Base, token: string, personId: number) {
  const key = tokenKey(token);
  if (!key) return undefined;
  const [row] = await withEvent(base.db).where(
    and(eq(registrations.key, key), eq(registrations.personId, personId)),
  );
  return row;
}

/** A person's living registrations for events that are not over, the soonest first. */
export const upcomingOf = (run: Run, personId: number, now: Date) =>
  withEvent(run)
    .where(
      and(eq(registrations.personId, personId), ne(registrations.state, 'cancelled'), gt(events.endsAt, now)),
    )
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(100);

/** A person's registrations of the past and the cancelled ones, the latest first. */
export const pastOf = (run: Run, personId: number, now: Date) =>
  withEvent(run)
    .where(
      and(
        eq(registrations.personId, personId),
        sql`(${registrations.state} = 'cancelled' or ${events.endsAt} <= ${now})`,
      ),
    )
    .orderBy(desc(events.startsAt), desc(registrations.id))
    .limit(50);

/** The person's living registration for an event, if there is one. */
export async function livingOf(run: Run, personId: number, eventId: number) {
  const [row] = await withEvent(run).where(
    and(
      eq(registrations.personId, personId),
      eq(registrations.eventId, eventId),
      ne(registrations.state, 'cancelled'),
    ),
  );
  return row;
}

/** Whether this very request has registered somebody before: it is then being made again. */
export async function madeBefore(run: Run, eventId: number, requestKey: string): Promise<boolean> {
  const rows = await run
    .select({ id: registrations.id })
    .from(registrations)
    .where(and(eq(registrations.eventId, eventId), eq(registrations.requestKey, requestKey)));
  return rows.length > 0;
}

export type MemberRow = Pick<
  typeof members.$inferSelect,
  'position' | 'name' | 'diets' | 'dietOther' | 'choices'
>;

/** The members of parties in their order, by registration: one each, who registered with a name; a guest without one has none. */
export async function membersOf(run: Run, ids: number[]): Promise<Map<number, MemberRow[]>> {
  const rows = await run
    .select({
      id: registrations.id,
      size: registrations.size,
      by: registrations.name,
      position: members.position,
      name: members.name,
      diets: members.diets,
      dietOther: members.dietOther,
      choices: members.choices,
    })
    .from(registrations)
    .leftJoin(members, eq(members.registrationId, registrations.id))
    .where(inArray(registrations.id, ids))
    .orderBy(asc(members.position));
  const found = new Map<number, MemberRow[]>();
  for (const { id, size, by } of rows)
    found.set(
      id,
      Array.from({ length: size }, (_, n) => ({
        position: n,
        name: n === 0 ? by : null,
        diets: [],
        dietOther: '',
        choices: {},
      })),
    );
  for (const { id, position, name, diets, dietOther, choices } of rows) {
    const member = position === null ? undefined : found.get(id)![position];
    if (member) Object.assign(member, { name: name ?? member.name, diets, dietOther, choices });
  }
  return found;
}

/** What is left of the dishes that the kitchen can only make so many of, by `portionKey`. */
export async function portionsFree(run: Run, event: { id: number; menu: Menu }): Promise<Portions> {
  if (!isLimited(event.menu)) return new Map();
  const [before, after] = chosenSql.split('$1').map((part) => sql.raw(part));
  const rows = await run.execute<{ course: string; dish: string; count: number }>(
    sql`${before}${event.id}${after}`,
  );
  return portionsLeft(event.menu, countChosen(rows.rows));
}
