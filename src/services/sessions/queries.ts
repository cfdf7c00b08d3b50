import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { hosts, placements, rooms, sessions, slots, stars } from '../../db/schema.ts';

export type Host = { personId: number; name: string; position: number };
export type Session = Omit<typeof sessions.$inferSelect, 'search' | 'requestKey'> & {
  hosts: Host[];
  /** Where and when it is, once somebody claimed a cell for it. */
  place: { roomId: number; room: string; slotId: number; startsAt: Date; endsAt: Date } | null;
  /** Of the person who looks. */
  starred: boolean;
};

/** Of those who have proved who they are; a star of somebody else is there for themselves alone. */
const counted = sql<number>`(select count(*)::int from stars x join people p on p.id = x.person_id
  where x.session_id = ${sessions.id} and p.verified_at is not null)`;

/** What makes a session; with them come the joins of `seenBy`. */
export const columns = {
  id: sessions.id,
  key: sessions.key,
  eventId: sessions.eventId,
  number: sessions.number,
  title: sessions.title,
  abstract: sessions.abstract,
  kind: sessions.kind,
  level: sessions.level,
  language: sessions.language,
  minutes: sessions.minutes,
  features: sessions.features,
  tags: sessions.tags,
  links: sessions.links,
  newcomer: sessions.newcomer,
  stars: counted.as('stars'),
  version: sessions.version,
  createdAt: sessions.createdAt,
  updatedAt: sessions.updatedAt,
  withdrawnAt: sessions.withdrawnAt,
  /** In one statement with the session, however many there are. */
  hosts: sql<
    Host[]
  >`(select coalesce(json_agg(json_build_object('personId', h.person_id, 'name', h.name, 'position', h.position)
    order by h.position), '[]') from session_hosts h where h.session_id = ${sessions.id})`.as('hosts'),
  roomId: rooms.id,
  room: rooms.name,
  slotId: slots.id,
  startsAt: slots.startsAt,
  endsAt: slots.endsAt,
};

const seenBy = (run: Run, personId: number | undefined) =>
  run
    .select({ ...columns, starred: sql<boolean>`${stars.personId} is not null`.as('starred') })
    .from(sessions)
    .leftJoin(placements, eq(placements.sessionId, sessions.id))
    .leftJoin(rooms, eq(rooms.id, placements.roomId))
    .leftJoin(slots, eq(slots.id, placements.slotId))
    .leftJoin(stars, and(eq(stars.sessionId, sessions.id), eq(stars.personId, personId ?? 0)));

type Row = Awaited<ReturnType<typeof seenBy>>[number];

export const whole = ({ roomId, room, slotId, startsAt, endsAt, ...rest }: Row): Session => ({
  ...rest,
  place: roomId && slotId ? { roomId, room: room!, slotId, startsAt: startsAt!, endsAt: endsAt! } : null,
});

/** The living sessions of an event by their numbers, each with its hosts, place and whether the person starred it: one query. */
export async function sessionsOf(run: Run, eventId: number, personId?: number): Promise<Session[]> {
  const rows = await seenBy(run, personId)
    .where(and(eq(sessions.eventId, eventId), isNull(sessions.withdrawnAt)))
    .orderBy(asc(sessions.number));
  return rows.map(whole);
}

/** One session of an event by its number, withdrawn ones too. */
export async function sessionByNumber(
  run: Run,
  eventId: number,
  number: number,
  personId?: number,
): Promise<Session | undefined> {
  const [row] = await seenBy(run, personId).where(
    and(eq(sessions.eventId, eventId), eq(sessions.number, number)),
  );
  return row && whole(row);
}

/** Which session a card's code belongs to. */
export async function sessionByKey(run: Run, key: string) {
  const [row] = await seenBy(run, undefined).where(eq(sessions.key, key));
  return row && whole(row);
}

/** Sessions that a person holds or starred at an event, in the order of time; those without a place last. */
export async function sessionsFor(run: Run, eventId: number, personId: number): Promise<Session[]> {
  const mine = run.select({ id: hosts.sessionId }).from(hosts).where(eq(hosts.personId, personId)) as never;
  const rows = await seenBy(run, personId)
    .where(
      and(
        eq(sessions.eventId, eventId),
        isNull(sessions.withdrawnAt),
        sql`(${stars.personId} is not null or ${inArray(sessions.id, mine)})`,
      ),
    )
    .orderBy(sql`${slots.startsAt} nulls last`, asc(sessions.number));
  return rows.map(whole);
}

export type Tag = { tag: string; count: number };

/** The tags of an event's living sessions, the most used first. */
export async function tagsOf(run: Run, eventId: number, limit = 16): Promise<Tag[]> {
  const found = await run.execute<Tag>(sql`
    select tag, count(*)::int count from sessions, unnest(tags) tag
    where event_id = ${eventId} and withdrawn_at is null group by tag order by count desc, tag limit ${limit}`);
  return found.rows;
}
