import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Actor, Ctx, Door } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, events, people, roles } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage, organisesSite } from '../organising/rules.ts';
import { nobodysDomain } from './rules.ts';

export type Person = {
  id: number;
  email: string;
  name: string;
  verifiedAt: Date | null;
  notify: boolean;
  /** The random half of the address of their own calendar; null: they have not asked for one. */
  feedKey: string | null;
  /** What of the bot's own accord they want; see the columns. */
  zone: string | null;
  muted: string[];
  quietFrom: number | null;
  quietTo: number | null;
  remind: number | null;
};

export async function personById(run: Run, id: number): Promise<Person | undefined> {
  const [row] = await run.select().from(people).where(eq(people.id, id));
  return row;
}

export async function personByEmail(run: Run, email: string): Promise<Person | undefined> {
  const [row] = await run.select().from(people).where(eq(people.email, email));
  return row;
}

/** A signed-in person with their roles, as an actor; undefined when there is no such person (any more). */
export async function actorOf(
  run: Run,
  personId: number,
  door: Door,
): Promise<{ actor: Actor; person: Person } | undefined> {
  const rows = await run
    .select({ person: people, role: roles.role, eventId: roles.eventId })
    .from(people)
    .leftJoin(roles, eq(roles.personId, people.id))
    .where(eq(people.id, personId));
  const person = rows[0]?.person;
  if (!person) return undefined;
  const grants = rows.flatMap((row) => (row.role ? [{ role: row.role, eventId: row.eventId }] : []));
  return { person, actor: { door, personId, grants } };
}

/** Whether somebody has had themselves forgotten: their row stays, for what is counted. */
export async function isForgotten(run: Run, personId: number): Promise<boolean> {
  const [row] = await run.select({ email: people.email }).from(people).where(eq(people.id, personId));
  return row?.email.endsWith(`@${nobodysDomain}`) ?? true;
}

/**
 * A chat address as an actor. It acts for its person when it has proved to be them, or while nobody has: a provisional
 * link to an address that its owner has since verified is worth nothing.
 */
export async function actorOfAddress(run: Run, uri: string): Promise<ChatActor> {
  const id = await ensureAddress(run, uri);
  const rows = await run
    .select({ address: addresses, person: people, role: roles.role, eventId: roles.eventId })
    .from(addresses)
    .leftJoin(people, eq(people.id, addresses.personId))
    .leftJoin(roles, and(eq(roles.personId, addresses.personId), isNotNull(addresses.linkedAt)))
    .where(eq(addresses.id, id));
  const { address, person } = rows[0]!;
  const speaks = person && (address.linkedAt || !person.verifiedAt) ? person : undefined;
  const grants = rows.flatMap((row) => (row.role ? [{ role: row.role, eventId: row.eventId }] : []));
  return {
    actor: { door: 'chat', addressId: id, personId: speaks?.id, grants: speaks ? grants : [] },
    person: speaks,
    linked: Boolean(speaks && address.linkedAt),
    stopped: Boolean(address.stoppedAt),
  };
}

export type ChatActor = {
  actor: Actor;
  /** Whom the address acts for. */
  person?: Person;
  /** The address has proved to be theirs. */
  linked: boolean;
  /** It asked not to be written to first. */
  stopped: boolean;
};

async function ensureAddress(run: Run, uri: string): Promise<number> {
  const [known] = await run.select({ id: addresses.id }).from(addresses).where(eq(addresses.uri, uri));
  if (known) return known.id;
  const [made] = await run
    .insert(addresses)
    .values({ uri })
    .onConflictDoUpdate({ target: addresses.uri, set: { uri: sql`excluded.uri` } })
    .returning({ id: addresses.id });
  return made!.id;
}

/** The linked chat addresses of a person. */
export const addressesOf = (run: Run, personId: number) =>
  run
    .select({
      id: addresses.id,
      uri: addresses.uri,
      linkedAt: addresses.linkedAt,
      stoppedAt: addresses.stoppedAt,
    })
    .from(addresses)
    .where(and(eq(addresses.personId, personId), isNotNull(addresses.linkedAt)))
    .orderBy(addresses.id);

/** The organiser of the whole site who has been it the longest. */
export async function firstOrganiser(run: Run): Promise<{ email: string } | undefined> {
  const [row] = await run
    .select({ email: people.email })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .where(and(eq(roles.role, 'organiser'), isNull(roles.eventId)))
    .orderBy(roles.id)
    .limit(1);
  return row;
}

export type RoleRow = { id: number; email: string; role: 'organiser' | 'helper'; event: string | null };

/** Everyone's roles, of the whole site first; `event` is a slug. */
export const rolesOf = (run: Run): Promise<RoleRow[]> =>
  run
    .select({ id: roles.id, email: people.email, role: roles.role, event: events.slug })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .leftJoin(events, eq(events.id, roles.eventId))
    .orderBy(sql`${events.slug} nulls first`, people.email);
export type Member = {
  roleId: number;
  personId: number;
  role: 'organiser' | 'helper';
  name: string;
  email: string;
  /** They have signed in, or otherwise read mail there. */
  verified: boolean;
};

/** Who has a role on an event, or on the whole site (null); organisers first. Refuses: not_organiser. */
export async function team(ctx: Ctx, eventId: number | null): Promise<Result<Member[]>> {
  const may = eventId === null ? organisesSite(ctx.actor) : mayManage(ctx.actor, eventId);
  if (!may) return refuse('forbidden', 'not_organiser');
  const rows = await ctx.db
    .select({
      roleId: roles.id,
      personId: people.id,
      role: roles.role,
      name: people.name,
      email: people.email,
      verified: sql<boolean>`${people.verifiedAt} is not null`,
    })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .where(eventId === null ? isNull(roles.eventId) : eq(roles.eventId, eventId))
    .orderBy(desc(roles.role), people.email)
    .limit(500);
  return ok(rows);
}
