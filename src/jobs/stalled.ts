import type { Base } from '../context.ts';
import { attemptsWhenRefused, type LaneName, lanes } from './lanes.ts';
import { every } from './timer.ts';

/**
 * `waits`: nothing of the lane was done for a minute though so many jobs wait, the first of them since then. `fails`: so many were tried for
 * minutes, more often than what is refused for good, so that it is the other side that takes nothing, or does not answer.
 */
export type Stalled = { lane: LaneName; why: 'waits' | 'fails'; waiting: number; since: Date };

const kinds = Object.entries(lanes).flatMap(([lane, one]) => one.kinds.map((kind) => [kind, lane] as const));

/**
 * What does not go on. A job waits that has been due for a minute and is in nobody's hands, or has been in somebody's for three: no job takes so long. A lane
 * with much to do begins another job all the time, and is not among these.
 */
export async function stalledLanes({ db }: Pick<Base, 'db'>): Promise<Stalled[]> {
  const found = await db.$client.query<Stalled>({
    name: 'stalled-lanes',
    text: `with jobs as (
        select l.lane, j.run_at, j.locked_at, j.created_at, j.last_error is not null and j.attempts < j.max_attempts
          and j.attempts > $3 failing, case when j.locked_at is null
          then j.run_at < now() - interval '1 minute' and j.attempts < j.max_attempts
          else j.locked_at < now() - interval '3 minutes' end late
        from unnest($1::text[], $2::text[]) l (kind, lane)
        join graphile_worker.jobs j on j.task_identifier = l.kind)
      select lane, 'waits' why, count(*) filter (where late)::int waiting, min(run_at) filter (where late) since
      from jobs group by lane
      having bool_or(late) and not coalesce(bool_or(locked_at > now() - interval '1 minute'), false)
      union all
      select lane, 'fails', count(*)::int, min(created_at) from jobs where failing group by lane
      order by lane, why`,
    values: [kinds.map(([kind]) => kind), kinds.map(([, lane]) => lane), attemptsWhenRefused],
  });
  return found.rows;
}

export type Watch = { stalled(): Stalled[]; stop(): Promise<void> };

/**
 * Looks at the queue three times a minute, says in the log when a lane stands still or fails and when it goes on, and keeps what it saw. What did not
 * stand still at three looks in a row may have waited for somebody to start.
 */
export function watchQueue(
  base: Base,
  whenStalled: (lane: LaneName) => void = () => {},
  pause = 20_000,
): Watch {
  let before: Stalled[][] = [[], []];
  let told: Stalled[] = [];
  const look = async () => {
    const now = await stalledLanes(base);
    const still = now.filter((one) => before.every((look) => has(look, one)));
    for (const one of still) {
      if (!has(told, one)) base.log.error(one, said[one.why]);
      if (one.why === 'waits') whenStalled(one.lane);
    }
    for (const one of told) if (!has(still, one)) base.log.info({ lane: one.lane }, 'jobs are done again');
    before = [before[1]!, now];
    told = still;
  };
  const timer = every(pause, look, base.log);
  return { stalled: () => told, stop: timer.stop };
}

const said = {
  waits: 'nothing was done for a minute though jobs wait',
  fails: 'jobs fail again and again',
};

const has = (known: Stalled[], { lane, why }: Stalled) =>
  known.some((one) => one.lane === lane && one.why === why);
