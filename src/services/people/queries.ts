import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Actor, Door } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, people, roles } from '../../db/schema.ts';
import { nobodysDomain } from './rules.ts';

export type Person = {
  id: number;
  email: string;
  name: string;
  verifiedAt: Date | null;
  /** Sessions that began before are over. */
  signedOutAt: Date | null;
  notify: boolean;
  /** The random half of the address of their own calendar; null: they have not asked for one. */
  feedKey: string | null;
  /** What of the bot's own accord they want; see the columns. */
  zone: string | null;
  muted: string[];
  quietFrom: number | null;
  quietTo: number | null;
  remind: number | null;
  language: string | null;
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
  return { person, actor: { door, personId, grants, ...(person.verifiedAt && { proved: true }) } };
}

/** Whether somebody has had themselves forgotten: their row stays, for what is counted. */
export async function isForgotten(run: Run, personId: number): Promise<boolean> {
  const [row] = await run.select({ email: people.email }).from(people).where(eq(people.id, personId));
  return row?.email.endsWith(`@${nobodysDomain}`) ?? true;
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

/** What the end of a link writes: whose it was is remembered, so that it is forgotten with them. */
export const unlinked = (now: Date) => ({
  personId: null,
  linkedAt: null,
  formerPersonId: sql`coalesce(${addresses.personId}, ${addresses.formerPersonId})`,
  unlinkedAt: sql`case when ${addresses.personId} is null then ${addresses.unlinkedAt}
    when ${addresses.linkedAt} is not null then ${now.toISOString()}::timestamptz end`,
});
