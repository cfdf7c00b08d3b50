import { sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import type { Message } from '../../shared/message.ts';
import { moment } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { crowd } from '../registrations/rules.ts';
import { greeting } from './greeting.ts';
import type { OrganiserNotice } from './queries.ts';
import { tellingSql, tellingValues } from './telling.ts';

/**
 * Tells the organisers of each event to which many strangers have come within minutes, by `crowd`; since when is kept with the event,
 * and stays when more come, so that one press reaches the first of them too.
 * Two that look at once tell nobody twice. Gives how many were told. An event's row is written with every registration: only
 * those that were are looked at.
 */
export async function tellStrangers(base: Base): Promise<number> {
  const found = await base.db.$client.query<{ told: number }>({
    name: 'strangers-tell',
    text: `with recent as (
      select e.id, min(r.created_at) since from events e join registrations r on r.event_id = e.id join people p on p.id = r.person_id
      where e.state = 'published' and e.starts_at > $1::timestamptz and e.updated_at > $1::timestamptz - make_interval(mins => $8::int)
        and r.created_at > $1::timestamptz - make_interval(mins => $8::int) and r.door not in ('organiser', 'import')
      group by e.id having count(*) >= $7::int and count(*) filter (where p.verified_at is null) > count(*) * $9::float8
    ), crowded as (
      update events e set strangers_told_at = $1::timestamptz, strangers_since = case
        when e.strangers_since > $1::timestamptz - make_interval(days => $11::int) and exists (
          select from registrations r join people p on p.id = r.person_id
          where r.event_id = e.id and r.created_at >= e.strangers_since and r.created_at < recent.since and r.state <> 'cancelled'
            and r.prove_by is null and p.verified_at is null and r.door not in ('organiser', 'import'))
        then e.strangers_since else recent.since end
      from recent
      where e.id = recent.id
        and (e.strangers_told_at is null or e.strangers_told_at < $1::timestamptz - make_interval(hours => $10::int))
      returning e.id
    ), wanted as (
      select concat_ws(':', 'strangers', c.id, extract(epoch from $1::timestamptz)::bigint, o.person_id) key, 'strangers' kind,
        o.person_id, c.id event_id, null::int registration_id, '{}'::jsonb data, o.person_id nr
      from crowded c, lateral (select distinct person_id from roles
        where role = 'organiser' and (event_id is null or event_id = c.id)) o
    ), ${tellingSql}
    select (select count(*) from told)::int told from queued`,
    values: [
      ...tellingValues(base.now(), -5, '0'),
      crowd.count,
      crowd.minutes,
      crowd.share,
      crowd.pause,
      crowd.days,
    ],
  });
  return found.rows[0]!.told;
}

/** How many have come since then, and how many of them nobody has proved to be. */
export async function strangersSince(run: Run, event: { id: number; strangersSince: Date | null }) {
  if (!event.strangersSince) return { count: 0, unproved: 0 };
  const found = await run.execute<{ count: number; unproved: number }>(sql`select count(*)::int count,
      count(*) filter (where p.verified_at is null and r.state <> 'cancelled')::int unproved
    from registrations r join people p on p.id = r.person_id
    where r.event_id = ${event.id} and r.created_at >= ${event.strangersSince} and r.door not in ('organiser', 'import')`);
  return found.rows[0]!;
}

const pageOf = ({ event }: OrganiserNotice, baseUrl: string) =>
  `${baseUrl}/organise/events/${event.slug}/strangers`;

const dataOf = ({ event, strangers }: OrganiserNotice) => ({
  event: event.name,
  ...strangers,
  since: event.strangersSince ? moment(event.strangersSince, event.zone) : '',
});

/** The mail to an organiser. */
export const strangersMessage = (t: T, view: OrganiserNotice, { baseUrl }: { baseUrl: string }): Message => ({
  subject: t('strangers:mail.subject', dataOf(view)),
  heading: t('strangers:mail.heading', dataOf(view)),
  mood: 'change',
  parts: [
    { kind: 'text', text: greeting(t, view.name) },
    { kind: 'text', text: t('strangers:mail.lead', dataOf(view)) },
    { kind: 'button', text: t('strangers:mail.button'), href: pageOf(view, baseUrl) },
    { kind: 'text', text: t('strangers:mail.more') },
  ],
  footer: [{ text: t('strangers:mail.footer') }, { text: t('mail:footer.site'), href: baseUrl }],
});

/** The same in the chat. */
export const strangersReply = (t: T, view: OrganiserNotice, baseUrl: string): string =>
  t('strangers:chat', { ...dataOf(view), url: pageOf(view, baseUrl) });
