import type { RegistrationState } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import type { Checked, Ready } from './check.ts';
import { isEvenKey } from './evenly.ts';
import type { EventRow, Replay } from './facts.ts';
import type { Decision, Refused, Settled } from './settle.ts';
import type { Written } from './writing.ts';

/** What came of a request. `rank`: 1 is the next in line. `repeated`: it had been made before, with this outcome. */
export type Registered = {
  kind: 'registered';
  id: number;
  key: string;
  generation: number;
  state: RegistrationState;
  rank?: number;
  /** Until when they are asked to prove their address; absent: they are not. */
  proveBy?: Date;
  repeated?: true;
};
/** Nothing more is said than that there is a mail: see evenly.ts. */
export type Mailed = { kind: 'mailed' };
export type Outcome =
  | Registered
  | Mailed
  | { kind: 'cancelled' | 'changed' | 'unchanged' }
  /** What came of an offer; `not_due`: it still stands. */
  | { kind: 'taken' | 'skipped' | 'lapsed' | 'not_due' | 'unproved' | 'restored' };

/** The answer to each request of the batch, in their order. */
export function outcomes(
  event: EventRow,
  checked: Checked[],
  settled: Settled,
  written: Written,
): Result<Outcome>[] {
  let settledSoFar = 0;
  const byRequestKey = new Map<string, Result<Outcome>>();
  return checked.map((one) => {
    const result = answer(event, one, () => settled.decisions[settledSoFar++]!, written, byRequestKey);
    if (one.kind === 'ready' && one.ask.kind === 'register' && one.ask.requestKey)
      byRequestKey.set(one.ask.requestKey, result);
    return result;
  });
}

function answer(
  event: EventRow,
  one: Checked,
  nextDecision: () => Decision,
  written: Written,
  byRequestKey: Map<string, Result<Outcome>>,
): Result<Outcome> {
  switch (one.kind) {
    case 'refused':
      return { ok: false, refusal: one.refusal };
    case 'repeated':
      return ok(isEvenKey(one.replay.requestKey) ? { kind: 'mailed' } : repeated(one.replay));
    case 'ready': {
      const before = one.ask.kind === 'register' ? byRequestKey.get(one.ask.requestKey ?? '') : undefined;
      const decision = nextDecision();
      // What was refused is decided anew: a place may have come free between the two.
      return before?.ok ? before : decided(event, one, decision, written);
    }
    default:
      return one satisfies never;
  }
}

/** What a mail tells of. */
const mails = new Set<Decision['kind']>(['confirmed', 'offered', 'waitlisted', 'already']);

function decided(event: EventRow, one: Ready, decision: Decision, written: Written): Result<Outcome> {
  if (one.ask.kind === 'register' && one.ask.even && mails.has(decision.kind)) return ok({ kind: 'mailed' });
  switch (decision.kind) {
    case 'confirmed':
    case 'offered':
    case 'waitlisted': {
      const rank = decision.kind === 'waitlisted' ? decision.rank : undefined;
      const { proveBy, ...row } = written.get(decision.position)!;
      return ok({ kind: 'registered', ...row, state: decision.kind, rank, proveBy: proveBy ?? undefined });
    }
    case 'already':
      return refuse('conflict', 'already_registered', { event: event.name, email: one.entry!.email });
    case 'cancelled':
    case 'passed':
      return ok({ kind: 'cancelled' });
    case 'placed':
    case 'moved':
    case 'resized':
    case 'capacity_set':
      return ok({ kind: 'changed' });
    case 'unchanged':
    case 'taken':
    case 'skipped':
    case 'lapsed':
    case 'not_due':
    case 'unproved':
    case 'restored':
      return ok({ kind: decision.kind });
    default:
      return refused(event, decision);
  }
}

function refused({ name, menu }: EventRow, decision: Refused): Result<never> {
  const event = { event: name };
  switch (decision.kind) {
    case 'full':
      return refuse('conflict', 'full', { ...event, count: decision.free, size: decision.size });
    case 'no_room_to_grow':
      return refuse('conflict', 'no_room_to_grow', { ...event, count: decision.free, size: decision.size });
    case 'too_large':
      return refuse('conflict', 'party_too_large', { ...event, count: decision.most });
    case 'dish_gone': {
      const [course, dish] = decision.dish.split(/:(.*)/s);
      const of = menu.find((one) => one.name === course)?.label ?? course!;
      return refuse('conflict', 'dish_gone', { ...event, course: of, dish: dish!, count: decision.left });
    }
    case 'nobody_waiting':
      return refuse('conflict', 'nobody_waiting', event);
    case 'nobody_else':
      return refuse('conflict', 'nobody_else', event);
    case 'skipped_before':
      return refuse('conflict', 'skipped_before', event);
    case 'no_offer':
      return refuse('gone', 'no_offer', event);
    case 'grow_after_taking':
      return refuse('conflict', 'grow_after_taking', event);
    case 'gone':
      return refuse('gone', 'registration_cancelled', event);
    case 'place_gone':
      return refuse('conflict', 'place_gone', event);
    case 'again':
      return refuse('conflict', 'registered_again', event);
    default:
      return decision satisfies never;
  }
}

const repeated = ({ id, key, generation, state, rank, proveBy }: Replay): Outcome => ({
  kind: 'registered',
  id,
  key,
  generation,
  state: state as RegistrationState,
  rank: state === 'waitlisted' ? rank : undefined,
  proveBy: proveBy ?? undefined,
  repeated: true,
});
