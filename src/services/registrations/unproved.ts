import type { Base } from '../../context.ts';
import { toldOfProof } from '../notices/rules.ts';
import { leastProof } from './rules.ts';
import { settling } from './settling.ts';

/** How many registrations a look takes; what remains is seen at the next one. */
const most = 2000;

/**
 * Rule 10: ends the registrations whose address was not proved in time, by the way that gives their places on. Whoever has been
 * sent no mail of it since they were asked, or only just now, keeps what they have. Run twice, or late, it changes nothing: whoever has answered
 * has answered. Gives how many have ended.
 */
export async function endUnproved(base: Base): Promise<number> {
  const now = base.now();
  const due = await base.db.$client.query<{ id: number; slug: string }>({
    name: 'unproved-due',
    text: `select r.id, e.slug from registrations r
      join events e on e.id = r.event_id join people p on p.id = r.person_id
      where r.prove_by <= $1::timestamptz and r.state <> 'cancelled' and p.verified_at is null
        and e.state = 'published' and e.starts_at > $1::timestamptz and e.prove_hours is not null
        and ${toldOfProof('$2')}
      order by e.id, r.position limit $3`,
    values: [now, new Date(now.getTime() - leastProof), most],
  });
  const ended = await Promise.all(
    due.rows.map(({ id, slug }) => settling(base, slug, { kind: 'unproved', id, by: 'unproved' })),
  );
  return ended.filter((one) => one.ok && one.value.kind === 'unproved').length;
}
