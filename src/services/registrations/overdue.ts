import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import { events, registrations } from '../../db/schema.ts';
import { attempts } from '../../jobs/enqueue.ts';

/** Its own job ends an offer within seconds; one that is over for so long has lost it. Milliseconds. */
const lost = 10 * 60_000;

/** Gives a job again to every offer that is over and has none: somebody dropped it, or a backup was older than the offer. */
export async function endOverdueOffers({ db, now }: Base): Promise<void> {
  const overdue = db
    .select({ id: registrations.id })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .where(
      and(
        eq(registrations.state, 'offered'),
        lt(registrations.offerExpiresAt, new Date(now().getTime() - lost)),
        eq(events.state, 'published'),
        gt(events.endsAt, now()),
      ),
    );
  await db.execute(sql`select graphile_worker.add_job('lapse_offer', json_build_object('registration', id),
      job_key => 'lapse_offer:' || id, max_attempts => ${attempts})
    from (${overdue}) overdue
    where not exists (select from graphile_worker.jobs j where j.key = 'lapse_offer:' || id)`);
}
