import type { PoolClient } from 'pg';
import type { Base } from '../../context.ts';
import { cut } from '../../db/connection.ts';
import { GivenUp } from '../../db/outage.ts';
import { type Result, refuse } from '../../shared/result.ts';
import type { Purse } from '../limits/rules.ts';
import { giveBackAtOnce, reachedOn, spendAtOnce } from '../limits/spending.ts';
import { type Checked, check } from './check.ts';
import { countedOn, mailsNothing } from './counting.ts';
import { evened, watched } from './evenly.ts';
import { lockAndRead } from './facts.ts';
import type { Ask } from './input.ts';
import { offerTimes } from './offers.ts';
import { type Outcome, outcomes } from './outcome.ts';
import { proofTimes } from './proof.ts';
import { settle } from './settle.ts';
import { isAsked, writeAndCommit } from './writing.ts';

/**
 * For the negative control of the race tests alone: with `locked` false and a pause between reading and writing,
 * places are oversold, which shows that the lock is what prevents it.
 */
export const control: { locked: boolean; pause?: () => Promise<void> } = { locked: true };

/** Milliseconds after which a batch is given up: those who wait for the event are not held up by one lost answer. */
const longest = 10_000;

/**
 * Settles a batch for one event in one transaction: lock, read, decide, write, enqueue, commit. The statements of a
 * step are sent together, so that the lock is held for three round trips however large the batch. Throws an outage when it takes too long:
 * what came of it is unknown then, and whoever asks again with the same request key gets the answer.
 */
export async function settleBatch(base: Base, slug: string, asks: Ask[]): Promise<Result<Outcome>[]> {
  const client = await base.db.$pipelined.connect();
  let broken: Error | undefined;
  const late = new GivenUp('a batch of registrations got no answer');
  const timer = setTimeout(() => {
    broken = late;
    cut(client);
  }, longest);
  // What forms count on is asked for before the transaction, and committed by then: a network that sends forms for several
  // events holds none of them up. It goes out together with what the transaction reads, so it costs no round trip.
  const counting = spendAtOnce(base, client, countedOn(asks));
  // Who awaits it may be too late to hear that it failed.
  counting.catch(() => {});
  const reached = reachedOn(base, client, watched(asks));
  reached.catch(() => {});
  try {
    return await settleLocked(client, base, slug, asks, counting, reached);
  } catch (error) {
    // The connection may be what failed: then there is nothing to roll back, and it must not go back to the pool.
    await client.query('rollback').catch((failure: Error) => {
      broken ??= failure;
    });
    if (!broken) await giveAllBack(base, client, counting).catch(() => {});
    throw broken === late ? late : error;
  } finally {
    clearTimeout(timer);
    client.release(broken);
  }
}

async function giveAllBack(base: Base, client: PoolClient, counting: Promise<Purse>) {
  const counts = await counting;
  counts.clear();
  await giveBackAtOnce(base, client, counts.rest());
}

async function settleLocked(
  client: PoolClient,
  base: Base,
  slug: string,
  asks: Ask[],
  counting: Promise<Purse>,
  reached: Promise<Set<string>>,
): Promise<Result<Outcome>[]> {
  const now = base.now();
  const { event, facts } = await lockAndRead(client, slug, asks, now, control.locked);
  const counts = await counting;
  if (!event) {
    await Promise.all([client.query('rollback'), giveBackAtOnce(base, client, counts.rest())]);
    return asks.map(() => refuse('not_found', 'event_unknown'));
  }
  await control.pause?.();
  const even = await evened(base, client, event, facts, asks, await reached);
  const checked = even.map((ask) => check(event, { ...facts, counts }, ask, now));
  const asked = checked.filter(isReady);
  // Where people only join nobody's turn comes; a zone's clock is slow to read.
  const turns = event.waiting > 0 || asks.some((ask) => ask.kind !== 'register');
  const offers =
    turns && event.line === 'offer' ? offerTimes(now, { ...event, hours: event.offerHours }) : undefined;
  const promotes = event.state === 'published' && event.endsAt > now;
  // Only then: a zone's clock is slow to read.
  const { proveHours: hours } = event;
  const proof = hours !== null && asked.some(isAsked) ? proofTimes(now, { ...event, hours }) : undefined;
  const settled = settle(
    { ...event, ...facts.atHand, portions: facts.portions, promotes, offers: offers !== undefined },
    asked.map((one) => one.request),
  );
  for (const [index, one] of asked.entries())
    if (one.counts && mailsNothing(settled.decisions[index]!)) counts.putBack(one.counts);
  const written = await writeAndCommit(client, base, { event, asked, settled, offers, proof, now, counts });
  return outcomes(event, checked, settled, written);
}

const isReady = (one: Checked): one is Extract<Checked, { kind: 'ready' }> => one.kind === 'ready';
