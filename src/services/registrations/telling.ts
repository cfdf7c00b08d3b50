import type { PoolClient } from 'pg';
import type { Change } from '../../jobs/enqueue.ts';
import { attempts } from '../../jobs/enqueue.ts';
import { jsonOf } from '../../shared/text.ts';
import type { Ask } from './input.ts';
import { tellableAt } from './offers.ts';
import type { Decision } from './settle.ts';
import type { Batch, Newcomer, Written } from './writing.ts';

/**
 * Enqueues what is to be told, and the end of each offer. Nobody is written to of an offer by night, nor of its end.
 * `linked`: the registrations whose link may be mailed again.
 */
export async function enqueueAll(
  client: PoolClient,
  batch: Batch,
  fresh: Newcomer[],
  written: Written,
  linked: number[],
) {
  const { event, asked, settled, offers, now } = batch;
  const newcomers = fresh.map((one) => ({ ...one, id: written.get(one.position)!.id }));
  const told = newcomers.flatMap(({ ask, state, id }): Change[] =>
    ask.quiet || state === 'offered' ? [] : [[id, state]],
  );
  const moves = settled.decisions.flatMap(
    (decision, index) => changeOf(decision, asked[index]!, settled) ?? [],
  );
  const links = changes(linked, 'link');
  const offered = [
    ...newcomers.flatMap((one) => (one.state === 'offered' ? [one.id] : [])),
    ...settled.offered,
  ];
  const ended = settled.decisions.flatMap((one): Change[] =>
    one.kind === 'lapsed' || one.kind === 'unproved' ? [[one.id, one.kind]] : [],
  );
  await Promise.all([
    tell(client, [...told, ...moves, ...links, ...changes(settled.promoted, 'promoted')]),
    // Only then: a zone's clock is slow to read.
    ended.length > 0 && tell(client, ended, tellableAt(now, event.zone), now),
    offers && tell(client, changes(offered, 'offered'), offers.tellAt, now),
    offers && endOffers(client, offered, offers.expiresAt),
  ]);
}

const changes = (ids: number[], kind: Change[1]) => ids.map((id): Change => [id, kind]);

/** What is told of a request at once. Who asks to be asked again reads it as the answer, and so does who only says more of somebody. */
function changeOf(
  decision: Decision,
  { ask, request }: Batch['asked'][number],
  { after, promoted, offered }: Batch['settled'],
): Change[] | undefined {
  switch (decision.kind) {
    case 'cancelled':
    case 'passed':
      return isQuiet(ask) ? undefined : [[decision.id, 'cancelled']];
    case 'restored': {
      // Whose turn came in the same batch is told of that.
      const served = promoted.includes(decision.id) || offered.includes(decision.id);
      const state = after.get(decision.id)?.state;
      return isQuiet(ask) || served || !state ? undefined : [[decision.id, state]];
    }
    case 'placed':
      return [[decision.id, 'promoted']];
    case 'taken':
      return [[decision.id, 'confirmed']];
    case 'resized':
      return request.kind === 'resize' && request.size !== request.party.size
        ? [[decision.id, 'party']]
        : undefined;
    case 'moved':
      return ask.kind === 'to_waiting' ? [[decision.id, 'moved_to_waiting']] : undefined;
    default:
      return undefined;
  }
}

const isQuiet = (ask: Ask) => 'quiet' in ask && ask.quiet === true;

async function tell(client: PoolClient, told: Change[], at?: Date, now?: Date) {
  if (told.length === 0) return;
  await client.query({
    name: 'settle-tell',
    text: `select graphile_worker.add_job('tell', payload => $1::json, max_attempts => $2, run_at => $3::timestamptz)`,
    values: [jsonOf({ changes: told }), attempts, at && now && at > now ? at : null],
  });
}

/** One job an offer; a later offer to the same party takes its place. */
async function endOffers(client: PoolClient, ids: number[], expiresAt: Date) {
  if (ids.length === 0) return;
  await client.query({
    name: 'settle-end-offers',
    text: `select graphile_worker.add_jobs(array(
      select row('lapse_offer', json_build_object('registration', id), null, $2::timestamptz, $3::smallint,
        'lapse_offer:' || id, 0::smallint, null)::graphile_worker.job_spec
      from unnest($1::int[]) id))`,
    values: [ids, expiresAt, attempts],
  });
}
