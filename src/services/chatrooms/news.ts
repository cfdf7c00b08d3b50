import { sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import { clock } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { beforehand } from './rules.ts';

/** What is to be said in a room, unasked. */
export type RoomNews = { jid: string; text: string };

type Change = {
  jid: string;
  zone: string;
  title: string;
  number: number;
  kind: string;
  room?: string;
  at?: string;
};
type Begun = {
  jid: string;
  zone: string;
  at: Date;
  sessions: { room: string; title: string; number: number }[];
};

/**
 * What has happened on the grids since it was last said in their rooms, and what is about to begin there. Marked as said in
 * the same statement: of several processes one says it, and a line may be lost with its process but is never said twice.
 */
export async function takeRoomNews({ db, now }: Base, t: T): Promise<RoomNews[]> {
  const [changes, begun] = await Promise.all([
    db.execute<Change>(sql`
      with told as (
        update chatrooms c set grid_told = newest.id
        from chatrooms old join lateral (select max(id) id from grid_changes g where g.event_id = old.event_id) newest on true
        where old.id = c.id and c.announces and c.left_at is null and newest.id > c.grid_told
        returning c.jid, c.event_id, old.grid_told before, newest.id
      ), last as (
        select distinct on (told.jid, g.session_id) told.jid, g.session_id, g.kind, g.after, g.id
        from told join grid_changes g on g.event_id = told.event_id and g.id > told.before and g.id <= told.id
        order by told.jid, g.session_id, g.id desc
      )
      select last.jid, e.zone, s.title, s.number, last.kind, last.after->>'room' room, last.after->>'startsAt' "at"
      from last join sessions s on s.id = last.session_id join events e on e.id = s.event_id order by last.id limit 20`),
    db.execute<Begun>(sql`
      with soon as (
        select c.id, min(sl.starts_at) "at" from chatrooms c join slots sl on sl.event_id = c.event_id
        where c.announces and c.left_at is null and sl.starts_at > coalesce(c.began_told, '-infinity')
          and sl.starts_at between ${now()}::timestamptz and ${new Date(now().getTime() + beforehand)}::timestamptz
        group by c.id
      ), told as (
        update chatrooms c set began_told = soon.at from soon where soon.id = c.id and c.began_told is distinct from soon.at
        returning c.jid, c.event_id, soon.at
      )
      select told.jid, e.zone, told.at, coalesce((
        select json_agg(json_build_object('room', r.name, 'title', s.title, 'number', s.number) order by r.name)
        from placements p join slots sl on sl.id = p.slot_id and sl.starts_at = told.at
          join sessions s on s.id = p.session_id join rooms r on r.id = p.room_id
        where p.event_id = told.event_id), '[]') sessions
      from told join events e on e.id = told.event_id`),
  ]);
  return [...changesSaid(t, changes.rows), ...begunSaid(t, begun.rows)];
}

function changesSaid(t: T, rows: Change[]): RoomNews[] {
  const line = ({ title, number, kind, room, at, zone }: Change) =>
    kind === 'withdrawn' || !at
      ? t(`rooms:changed.${kind === 'withdrawn' ? 'withdrawn' : 'unplaced'}`, { title, number })
      : t(`rooms:changed.${kind}`, { title, number, room, time: clock(new Date(at), zone) });
  const jids = [...new Set(rows.map((row) => row.jid))];
  const own = (jid: string) => rows.filter((row) => row.jid === jid);
  return jids.map((jid) => ({ jid, text: own(jid).map(line).join('\n') }));
}

const begunSaid = (t: T, rows: Begun[]): RoomNews[] =>
  rows
    .filter(({ sessions }) => sessions.length > 0)
    .map(({ jid, at, zone, sessions }) => ({
      jid,
      text: [
        t('rooms:begins', { time: clock(new Date(at), zone) }),
        ...sessions.map((one) => t('rooms:session', one)),
      ].join('\n'),
    }));
