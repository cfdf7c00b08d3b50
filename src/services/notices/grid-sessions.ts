import { eq, inArray, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { type NoticedChange, placements, rooms, sessions, slots } from '../../db/schema.ts';
import type { ToldSession } from './grid-rules.ts';

/** The sessions of a notice, with how each stands now, in the order of time; those that never had one last. */
export async function toldSessions(
  run: Run,
  changes: NoticedChange[],
  personId: number,
): Promise<ToldSession[]> {
  const ids = changes.map((one) => one.session);
  const rows = ids.length > 0 ? await standingOf(run, ids, personId) : [];
  return rows
    .flatMap(({ id, room, startsAt, endsAt, ...rest }) => {
      const change = changes.find((one) => one.session === id);
      const place = room && startsAt && endsAt ? { room, startsAt, endsAt } : null;
      return change ? [{ ...rest, before: change.before, after: change.after, place }] : [];
    })
    .sort((a, b) => beginning(a).localeCompare(beginning(b)) || a.number - b.number);
}

const beginning = ({ before, after }: ToldSession): string => (after ?? before)?.startsAt ?? 'never';

const standingOf = (run: Run, ids: number[], personId: number) =>
  run
    .select({
      id: sessions.id,
      number: sessions.number,
      title: sessions.title,
      withdrawn: sql<boolean>`${sessions.withdrawnAt} is not null`,
      room: rooms.name,
      startsAt: slots.startsAt,
      endsAt: slots.endsAt,
      host: sql<boolean>`exists (select from session_hosts h
        where h.session_id = ${sessions.id} and h.person_id = ${personId})`,
      starred: sql<boolean>`exists (select from stars s
        where s.session_id = ${sessions.id} and s.person_id = ${personId})`,
    })
    .from(sessions)
    .leftJoin(placements, eq(placements.sessionId, sessions.id))
    .leftJoin(rooms, eq(rooms.id, placements.roomId))
    .leftJoin(slots, eq(slots.id, placements.slotId))
    .where(inArray(sessions.id, ids));
