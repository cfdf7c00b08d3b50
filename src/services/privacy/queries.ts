import { sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';

/**
 * All that is on file of a person, as JSON with the names of the database's columns: themselves, their chats with what
 * was said in them, registrations with who comes along, sessions, stars, roles, and what they were told. No secret
 * (keys, hashes) is in it. Undefined when there is no such person.
 */
export async function dataOf(run: Run, personId: number): Promise<Record<string, unknown> | undefined> {
  const found = await run.execute<{ data: Record<string, unknown> }>(sql`
    with mine as (select id, uri from addresses where person_id = ${personId} and linked_at is not null)
    select json_build_object(
      'person', (select row_to_json(one) from (
        select email, name, verified_at, notify, zone, language, muted, quiet_from, quiet_to, remind, created_at from people where id = ${personId}) one),
      'roles', ${rows(sql`select role, (select slug from events e where e.id = r.event_id) event, created_at
        from roles r where person_id = ${personId} order by id`)},
      'chats', ${rows(sql`select uri, linked_at, stopped_at, (${rows(sql`select author, text, created_at
          from chat_messages c where c.address = a.uri order by id`)}) messages,
          (${rows(sql`select replies, created_at from inbox i where split_part(i.address, ' ', 1) = a.uri order by created_at`)}) answers,
          (${rows(sql`select text, created_at, sent_at from pushes p where p.address_id = a.id order by id`)}) pushed
        from addresses a where id in (select id from mine) order by id`)},
      'registrations', ${rows(sql`select e.slug event, r.id, r.name, r.state, r.size, r.door, r.answers, r.near, r.listed,
          r.created_at, r.confirmed_at, r.cancelled_at, r.cancelled_by,
          (${rows(sql`select position, name, diets, diet_other, choices from members m
            where m.registration_id = r.id order by position`)}) members,
          (${rows(sql`select position, at from arrivals x where x.registration_id = r.id order by position`)}) arrivals
        from registrations r join events e on e.id = r.event_id where r.person_id = ${personId} order by r.id`)},
      'sessions', ${rows(sql`select e.slug event, s.number, s.title, s.abstract, h.name as "called", s.created_at, s.withdrawn_at
        from session_hosts h join sessions s on s.id = h.session_id join events e on e.id = s.event_id
        where h.person_id = ${personId} order by s.id`)},
      'stars', ${rows(sql`select e.slug event, s.number, s.title, x.created_at
        from stars x join sessions s on s.id = x.session_id join events e on e.id = s.event_id
        where x.person_id = ${personId} order by s.id`)},
      'told', ${rows(sql`select n.kind, e.slug event, n.created_at, n.mailed_at, n.chatted_at
        from notices n left join events e on e.id = n.event_id where n.person_id = ${personId} order by n.id`)}
    ) data`);
  const data = found.rows[0]?.data;
  return data?.person ? data : undefined;
}

const rows = (query: ReturnType<typeof sql>) =>
  sql`(select coalesce(json_agg(row_to_json(one)), '[]') from (${query}) one)`;
