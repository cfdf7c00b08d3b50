import { and, asc, eq, gt, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { type Cell, events, placements, rooms, sessions, slots } from '../../db/schema.ts';
import { columns } from './queries.ts';

/** A session that is on the grid of its event, or was: what calendars are made of. Nothing of it is secret. */
export type Scheduled = Omit<Row, 'room' | 'startsAt' | 'endsAt' | 'last'> & {
  /** Where and when it is; of one that is gone, where it was last. */
  place: { room: string; startsAt: Date; endsAt: Date };
  /** It was withdrawn, or taken off the grid. */
  gone: boolean;
};

/** The sessions of an event that are on its grid or have been, by their numbers. One query. */
export const scheduledOf = (run: Run, eventId: number): Promise<Scheduled[]> =>
  scheduled(run, eq(sessions.eventId, eventId));

/** Those that a person holds or starred, at public events that ended after a time or will. One query. */
export const scheduledFor = (run: Run, personId: number, since: Date): Promise<Scheduled[]> =>
  scheduled(
    run,
    and(
      ne(events.state, 'draft'),
      gt(events.endsAt, since),
      sql`${sessions.id} in (
        select session_id from stars where person_id = ${personId}
        union select session_id from session_hosts where person_id = ${personId})`,
    ),
  );

async function scheduled(run: Run, condition: SQL | undefined): Promise<Scheduled[]> {
  const rows = await rowsOf(run, and(condition, or(isNotNull(slots.id), isNotNull(last))));
  return rows.map(({ room, startsAt, endsAt, last, ...rest }) => ({
    ...rest,
    gone: startsAt === null,
    place: startsAt ? { room: room!, startsAt, endsAt: endsAt! } : placeOf(last!),
  }));
}

const most = 5000;

/** The cell that a session left when it left the grid. Not looked up for one that is there. */
const last = sql<Cell | null>`case when ${placements.sessionId} is null then (
  select c.before from grid_changes c
  where c.event_id = ${sessions.eventId} and c.session_id = ${sessions.id} and c.before is not null
  order by c.id desc limit 1) end`;

const rowsOf = (run: Run, condition: SQL | undefined) =>
  run
    .select({
      id: sessions.id,
      number: sessions.number,
      title: sessions.title,
      abstract: sessions.abstract,
      kind: sessions.kind,
      language: sessions.language,
      tags: sessions.tags,
      links: sessions.links,
      version: sessions.version,
      updatedAt: sessions.updatedAt,
      hosts: columns.hosts,
      event: {
        id: events.id,
        slug: events.slug,
        name: events.name,
        zone: events.zone,
        venueName: events.venueName,
        venueAddress: events.venueAddress,
        state: events.state,
        version: events.version,
        updatedAt: events.updatedAt,
      },
      room: rooms.name,
      startsAt: slots.startsAt,
      endsAt: slots.endsAt,
      last,
    })
    .from(sessions)
    .innerJoin(events, eq(events.id, sessions.eventId))
    .leftJoin(placements, eq(placements.sessionId, sessions.id))
    .leftJoin(rooms, eq(rooms.id, placements.roomId))
    .leftJoin(slots, eq(slots.id, placements.slotId))
    .where(condition)
    .orderBy(asc(events.id), asc(sessions.number))
    .limit(most);

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

const placeOf = ({ room, startsAt, endsAt }: Cell) => ({
  room,
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
});
