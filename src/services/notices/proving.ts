import type { Base } from '../../context.ts';
import { leastProof } from '../registrations/rules.ts';
import { toldOfProof } from './rules.ts';
import { tellingSql, tellingValues } from './telling.ts';

/**
 * Reminds those who were asked to prove their address and have not, once each, before the time is over. Whoever has been mailed nothing of
 * it for half an hour yet is not reminded of it. Two that look at once remind nobody twice. Gives how many were reminded.
 */
export async function remindUnproved(base: Base): Promise<number> {
  const found = await base.db.$client.query<{ told: number }>({
    name: 'unproved-remind',
    text: `with due as (
      update registrations r set prove_remind_at = null from people p, events e
      where p.id = r.person_id and e.id = r.event_id and r.prove_by is not null and r.state <> 'cancelled'
        and r.prove_remind_at <= $1::timestamptz and r.prove_by > $1::timestamptz
        and p.verified_at is null and e.state = 'published' and ${toldOfProof('$7')}
      returning r.id, r.person_id, r.event_id, r.prove_by
    ), wanted as (
      select concat_ws(':', 'prove', id, extract(epoch from prove_by)::bigint) key, 'prove' kind, person_id, event_id,
        id registration_id, '{}'::jsonb data, id nr from due
    ), ${tellingSql}
    select count(*)::int told from told, queued`,
    values: [...tellingValues(base.now(), 5, '0'), new Date(base.now().getTime() - leastProof)],
  });
  return found.rows[0]!.told;
}
