import type { Base } from '../context.ts';
import { type LaneName, lanes } from './lanes.ts';
import { every } from './timer.ts';

/** A lane of which nothing was done for a minute though so many jobs wait, the first of them since then. */
export type Stalled = { lane: LaneName; waiting: number; since: Date };

const kinds = Object.entries(lanes).flatMap(([lane, one]) => one.kinds.map((kind) => [kind, lane] as const));

/**
 * A job waits that has been due for a minute and is in nobody's hands, or has been in somebody's for three: no job takes so long. A lane
 * with much to do begins another job all the time, and is not among these.
 */
export async function stalledLanes({ db }: Pick<Base, 'db'>): Promise<Stalled[]> {
  const found = await db.$client.query<Stalled>({
    name: 'stalled-lanes',
    text: `select lane, count(*) filter (where late)::int waiting, min(run_at) filter (where late) since from (
        select l.lane, j.run_at, j.locked_at, case when j.locked_at is null
          then j.run_at < now() - interval '1 minute' and j.attempts < j.max_attempts
          else j.locked_at < now() - interval '3 minutes' end late
        from unnest($1::text[], $2::text[]) l (kind, lane)
        join graphile_worker.jobs j on j.task_identifier = l.kind) jobs
      group by lane
      having bool_or(late) and not coalesce(bool_or(locked_at > now() - interval '1 minute'), false)
      order by lane`,
    values: [kinds.map(([kind]) => kind), kinds.map(([, lane]) => lane)],
  });
  return found.rows;
}

export type Watch = { stalled(): Stalled[]; stop(): Promise<void> };

/**
 * Looks at the queue three times a minute, says in the log when a lane stands still and when it goes on, and keeps what it saw. What did not
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
    const still = now.filter(({ lane }) => before.every((look) => has(look, lane)));
    for (const { lane, waiting, since } of still) {
      if (!has(told, lane))
        base.log.error({ lane, waiting, since }, 'nothing was done for a minute though jobs wait');
      whenStalled(lane);
    }
    for (const { lane } of told) if (!has(still, lane)) base.log.info({ lane }, 'jobs are done again');
    before = [before[1]!, now];
    told = still;
  };
  const timer = every(pause, look, base.log);
  return { stalled: () => told, stop: timer.stop };
}

const has = (lanes: Stalled[], lane: LaneName) => lanes.some((one) => one.lane === lane);
