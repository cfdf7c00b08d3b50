import type { PoolClient } from 'pg';
import type { Base } from '../../context.ts';
import { type Result, refuse } from '../../shared/result.ts';
import { type Checked, check } from './check.ts';
import { lockEvent, readFacts } from './facts.ts';
import type { Ask } from './input.ts';
import { type Outcome, outcomes } from './outcome.ts';
import { settle } from './rules.ts';
import { write } from './writing.ts';

/**
 * For the negative control of the race tests alone: with `locked` false and a pause between reading and writing,
 * places are oversold, which shows that the lock is what prevents it.
 */
export const control: { locked: boolean; pause?: () => Promise<void> } = { locked: true };

/** Settles a batch for one event in one transaction: lock, read, decide, write, enqueue, commit. */
export async function settleBatch(base: Base, slug: string, asks: Ask[]): Promise<Result<Outcome>[]> {
  const client = await base.db.$client.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const results = await settleLocked(client, base.now(), slug, asks);
    await client.query('commit');
    return results;
  } catch (error) {
    // The connection may be what failed: then there is nothing to roll back, and it must not go back to the pool.
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function settleLocked(
  client: PoolClient,
  now: Date,
  slug: string,
  asks: Ask[],
): Promise<Result<Outcome>[]> {
  const event = await lockEvent(client, slug, control.locked);
  if (!event) return asks.map(() => refuse('not_found', 'event_unknown'));
  const facts = await readFacts(client, event, asks);
  await control.pause?.();
  const checked = asks.map((ask) => check(event, facts, ask, now));
  const asked = checked.filter(isReady);
  const settled = settle(
    { ...event, line: facts.line, promotes: event.state === 'published' && event.endsAt > now },
    asked.map((one) => one.request),
  );
  const written = await write(client, event, asked, settled, now);
  return outcomes(event, checked, settled, written);
}

const isReady = (one: Checked): one is Extract<Checked, { kind: 'ready' }> => one.kind === 'ready';
