import { type SQL, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';

/**
 * All that is on file of a person, as JSON with the names of the database's columns, and answers below the questions as they were asked:
 * themselves, their chats with what was said in them, registrations with who comes along, sessions, invitations, stars, roles, what they
 * announced and were told. No secret (keys, hashes) is in it. Undefined when there is no such person.
 */
export async function dataOf(run: Run, personId: number): Promise<Record<string, unknown> | undefined> {
  const parts = Object.entries(partsOf(personId)).map(([name, query]) => sql`${name}::text, ${rows(query)}`);
  const found = await run.execute<{ data: Record<string, unknown> }>(sql`
    select json_build_object('person', (select row_to_json(one) from (
      select email, name, verified_at, notify, zone, language, muted, quiet_from, quiet_to, remind, created_at
      from people where id = ${personId}) one), ${sql.join(parts, sql`, `)}) data`);
  const data = found.rows[0]?.data;
  return data?.person ? data : undefined;
}

/** A query a part of the file, a row each. */
const partsOf = (person: number): Record<string, SQL> => ({
  roles: sql`select role, (select slug from events e where e.id = r.event_id) event, created_at
    from roles r where person_id = ${person} order by id`,
  chats: chatsOf(person),
  registrations: sql`select e.slug event, e.name event_name, r.id, r.name, r.state, r.size, r.door, ${answersOf} answers, r.near, r.listed,
      r.created_at, r.confirmed_at, r.cancelled_at, r.cancelled_by, r.offered_at, r.reconfirmed_at,
      ${rows(sql`select position, name, diets, diet_other, ${choicesOf} choices, (select t.name from seatings s
          join dinner_tables t on t.id = s.table_id where s.registration_id = r.id and s.position = m.position) "table"
        from members m where m.registration_id = r.id order by position`)} members,
      ${rows(sql`select position, at from arrivals x where x.registration_id = r.id order by position`)} arrivals
    from registrations r join events e on e.id = r.event_id where r.person_id = ${person} order by r.id`,
  sessions: sql`select e.slug event, s.number, s.title, s.abstract, s.kind, s.level, s.language, s.minutes, s.features, s.tags, s.links,
      h.name "called", s.created_at, s.withdrawn_at,
      ${rows(sql`select c.kind, c.before, c.after, c.created_at from grid_changes c
        where c.session_id = s.id and c.person_id = ${person} order by c.id`)} moves
    from session_hosts h join sessions s on s.id = h.session_id join events e on e.id = s.event_id
    where h.person_id = ${person} order by s.id`,
  invitations: sql`select e.slug event, s.number, s.title, case when i.person_id = ${person} then 'got' else 'sent' end "this one was",
      i.created_at, i.declined_at
    from host_invitations i join sessions s on s.id = i.session_id join events e on e.id = s.event_id
    where i.person_id = ${person} or i.invited_by = ${person} order by i.created_at`,
  stars: sql`select e.slug event, s.number, s.title, x.created_at
    from stars x join sessions s on s.id = x.session_id join events e on e.id = s.event_id
    where x.person_id = ${person} order by s.id`,
  announcements: sql`select e.slug event, a.text, a.audience, a.created_at
    from announcements a join events e on e.id = a.event_id where a.person_id = ${person} order by a.id`,
  told: sql`select n.kind, e.slug event, n.created_at, n.mailed_at, n.chatted_at
    from notices n left join events e on e.id = n.event_id where n.person_id = ${person} order by n.id`,
  sign_ins: sql`select i.next, i.created_at, i.used_at from sign_ins i
    where i.email = (select email from people where id = ${person}) order by i.created_at`,
});

/**
 * Chats that are linked, that only say to be theirs, and that were theirs. What was said is told of those that they have proved to be
 * theirs, and while they were: others could have said their address.
 */
const chatsOf = (
  person: number,
) => sql`select a.uri, case when a.person_id is null then 'unlinked' when a.linked_at is null
      then 'said, not proved' else 'linked' end state, a.linked_at, a.unlinked_at, a.stopped_at, a.language,
    (select json_build_object('network', g.network, 'user', g."user") from gateway_users g where g.address_id = a.id) gateway,
    ${rows(sql`select author, text, created_at from chat_messages c where c.address = a.uri and ${proved('c.created_at')} order by id`)} messages,
    ${rows(sql`select replies, created_at from inbox i
      where split_part(i.address, ' ', 1) = a.uri and ${proved('i.created_at')} order by created_at`)} answers,
    ${rows(sql`select state->'flow'->'given' given, state->'aside'->'given' put_aside, updated_at from conversations c
      where split_part(c.address, ' ', 1) = a.uri and a.linked_at is not null`)} half_filled,
    ${rows(sql`select text, created_at, sent_at from pushes p where p.address_id = a.id and ${proved('p.created_at')} order by id`)} pushed
  from addresses a where a.person_id = ${person} or a.former_person_id = ${person} and a.person_id is null order by a.id`;

const proved = (at: 'c.created_at' | 'i.created_at' | 'p.created_at') =>
  sql`(a.linked_at is not null or ${sql.raw(at)} <= a.unlinked_at)`;

/** Answers by their question, as it is asked; of one that is asked no more, by its name. */
const answersOf = sql`(select coalesce(json_object_agg(coalesce(q.label, x.key), x.value), '{}')
  from jsonb_each(r.answers) x left join jsonb_to_recordset(e.questions) as q(name text, label text) on q.name = x.key)`;

const choicesOf = sql`(select coalesce(json_object_agg(coalesce(q.label, x.key), x.value), '{}')
  from jsonb_each(m.choices) x left join jsonb_to_recordset(e.menu) as q(name text, label text) on q.name = x.key)`;

function rows(query: SQL): SQL {
  return sql`(select coalesce(json_agg(row_to_json(one)), '[]') from (${query}) one)`;
}
