import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Actor, Ctx, Door } from '../../context.ts';
import type { Db, Run } from '../../db/client.ts';
import { addresses, events, people, roles } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage, organisesSite } from '../organising/rules.ts';
import { languageOf, nobodysDomain } from './rules.ts';

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

/**
 * A chat address as an actor. It acts for its person when it has proved to be them, or while nobody has: a provisional
 * link to an address that its owner has since verified is worth nothing.
 */
export async function actorOfAddress(db: Db, uri: string): Promise<ChatActor> {
  const found = async () =>
    (
      await db.$client.query<SpeakerRow>({
        name: 'speaker',
        text: `select ${speakerSql('$1')}`,
        values: [uri],
      })
    ).rows[0]!;
  const known = speakerOf(await found());
  if (known) return known;
  // Whoever writes for the first time gets an address; of two messages at once one makes it.
  await db.insert(addresses).values({ uri }).onConflictDoNothing();
  return speakerOf(await found())!;
}

/** What `speakerOf` reads, as columns of a statement that is asked with every message; `uri` is its parameter. */
export const speakerSql = (uri: string): string => `(
    select json_build_object('id', a.id, 'linked', a.linked_at is not null, 'stopped', a.stopped_at is not null,
      'person', case when p.id is not null then json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'verifiedAt', p.verified_at,
        'notify', p.notify, 'feedKey', p.feed_key, 'zone', p.zone, 'muted', p.muted, 'quietFrom', p.quiet_from, 'quietTo', p.quiet_to,
        'remind', p.remind, 'language', p.language) end,
      'language', a.language,
      'grants', case when a.linked_at is not null then (
        select json_agg(json_build_object('role', r.role, 'eventId', r.event_id) order by r.id) from roles r where r.person_id = p.id) end)
    from addresses a left join people p on p.id = a.person_id where a.uri = ${uri}) speaker`;

export type SpeakerRow = {
  speaker: null | {
    id: number;
    linked: boolean;
    stopped: boolean;
    language: string | null;
    person: (Omit<Person, 'verifiedAt' | 'signedOutAt'> & { verifiedAt: string | null }) | null;
    grants: Actor['grants'] | null;
  };
};

/** Undefined: nobody has written from there yet. */
export function speakerOf({ speaker }: SpeakerRow): ChatActor | undefined {
  if (!speaker) return undefined;
  const { id, linked, stopped, language, person, grants } = speaker;
  const speaks = person && (linked || !person.verifiedAt) ? person : undefined;
  return {
    actor: {
      ...{ door: 'chat', addressId: id, personId: speaks?.id, grants: (speaks && grants) ?? [] },
      ...(speaks && linked && { proved: true }),
    },
    person: speaks && {
      ...speaks,
      signedOutAt: null,
      verifiedAt: speaks.verifiedAt ? new Date(speaks.verifiedAt) : null,
    },
    linked: Boolean(speaks && linked),
    stopped,
    language: languageOf(person, { language, linkedAt: linked || null }) ?? undefined,
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
  /** The one that was chosen: their own, else that of the address. */
  language?: string;
};

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
