import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import type { Event } from '../../../src/services/events/queries.ts';
import { settleBatch } from '../../../src/services/registrations/batch.ts';
import type { Ask } from '../../../src/services/registrations/input.ts';
import { lapseOffer, takeOffer } from '../../../src/services/registrations/parties.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners, guests } from '../../support/dinners.ts';
import { asVisitor, makeBase, noon } from '../../support/factories.ts';
import { type Process, startProcess } from '../../support/processes.ts';
import { Model, type Step } from './line-model.ts';

let database: { url: string; drop(): Promise<void> };
let now = noon;
/** Two pools have queues of their own, as two processes have. */
let here: Base;
let there: Base;
let at: ReturnType<typeof dinners>;
beforeAll(async () => {
  database = await freshDatabase();
  [here, there] = [makeBase(database.url, () => now), makeBase(database.url, () => now)];
  at = dinners(here);
});
afterEach(() => {
  now = noon;
});
afterAll(async () => {
  await Promise.all([here, there].map((one) => one.db.$client.end()));
  await database.drop();
});

/** A generator that gives the same numbers each time (mulberry32): a failure can be looked at again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

describe('on file', () => {
  const kinds = [
    'cancel',
    'take',
    'pass',
    'skip',
    'skip',
    'lapse',
    'to_front',
    'to_waiting',
    'give_place',
  ] as const;

  function stepOf(random: (below: number) => number, rows: Model['rows']): Step {
    const which = random(20);
    if (which === 0) return { do: 'capacity', capacity: 2 + random(9), waitingList: true };
    if (which < 8 || rows.length === 0) return { do: 'register', size: 1 + random(4) };
    const offered = rows.filter((row) => row.state === 'offered');
    const among = offered.length > 0 && random(3) > 0 ? offered : rows;
    const nth = among[random(among.length)]!.id - 1;
    return which < 11
      ? { do: 'resize', nth, size: 1 + random(4) }
      : { do: kinds[random(kinds.length)]!, nth };
  }

  function askOf(step: Step, ids: number[], who: string): Ask {
    switch (step.do) {
      case 'register':
        return {
          ...{ kind: 'register', door: 'web', name: 'Ann', email: `${who}@example.org` },
          ...{ answers: {}, members: guests(step.size) },
        } as Ask;
      case 'capacity':
        return { kind: 'capacity', capacity: step.capacity, waitingList: true };
      case 'mode':
        throw new Error('is set on the event itself');
      case 'resize':
        return { kind: 'resize', id: ids[step.nth]!, by: 'self', members: guests(step.size) };
      case 'cancel':
      case 'give_place':
      case 'to_waiting':
      case 'to_front':
        return { kind: step.do, id: ids[step.nth]!, by: 'organiser' };
      case 'restore':
      case 'unproved':
        return { kind: step.do, id: ids[step.nth]!, by: 'organiser' };
      default:
        return { kind: step.do, id: ids[step.nth]! };
    }
  }

  /** Batches beside the model. Each is a day later than the one before: an offer of an earlier one is over by then. */
  async function run(event: Event, seed: number, batches: number) {
    const random = numbers(seed);
    const model = new Model(event.capacity, event.partyMost);
    model.offers = event.line === 'offer';
    const ids: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      now = new Date(now.getTime() + 24 * 3_600_000);
      model.justOffered.clear();
      const known = [...model.rows];
      const steps = Array.from({ length: 1 + random(5) }, () => stepOf(random, known));
      const asks = steps.map((step, n) => askOf(step, ids, `p${batch}-${n}-${event.slug}`));
      const answers = steps.map((step) => model.step(step));
      const results = await settleBatch(here, event.slug, asks);
      const said = results.map((one) => (one.ok ? one.value.kind : one.refusal.code));
      expect(said).toEqual(answers.map((one) => codes[one] ?? one));
      for (const one of results) if (one.ok && one.value.kind === 'registered') ids.push(one.value.id);
      expect(await rowsOf(event)).toEqual(model.rows.map(({ size, state }) => ({ size, state })));
      expect(await lineOf(event)).toEqual(model.line().map((row) => ids[row.id - 1]));
      expect((await at.faults(event)).filter((one) => one !== 'over')).toEqual([]);
    }
  }
  const codes: Record<string, string> = { too_large: 'party_too_large', gone: 'registration_cancelled' };

  const rowsOf = (event: Event) =>
    at.query('select size, state from registrations where event_id = $1 order by id', [event.id]);
  const lineOf = async (event: Event) =>
    (
      await at.query(
        `select id from registrations where event_id = $1 and state = 'waitlisted' order by position`,
        [event.id],
      )
    ).map((row) => row.id);

  it('goes as the written rule says, whatever comes in a batch', async () => {
    const far = { startsAt: '2027-05-30T19:00', endsAt: '2027-05-30T22:00' };
    for (let seed = 1; seed <= 40; seed++) {
      now = noon;
      const event = await (seed % 4 === 0 ? at.dinner(far) : at.asking(far));
      await run(event, seed, 20);
    }
  }, 60_000);
});

describe('at the same time', () => {
  it('an offer is taken or over, never both: two processes', async () => {
    const won = { taken: 0, lapsed: 0 };
    for (let n = 0; n < 12; n++) {
      now = noon;
      const event = await at.asking();
      const { ann, waiting } = await at.full(event, [
        ['Cyd', 2],
        ['Eve', 2],
      ]);
      const [cyd, eve] = waiting;
      await at.cancel(ann);
      now = new Date(noon.getTime() + 24 * 3_600_000);
      const take = () => takeOffer(asVisitor(here), by(cyd!));
      const lapse = () => lapseOffer(there, cyd!.id);
      const [one, other] = n % 2 ? [take(), lapse()] : [lapse(), take()];
      const [taken, lapsed] = n % 2 ? [await one, await other] : [await other, await one];
      if (taken?.ok) {
        won.taken++;
        expect(lapsed).toMatchObject({ value: { kind: 'unchanged' } });
        expect([await at.stateOf(cyd!), await at.stateOf(eve!)]).toEqual(['confirmed', 'waitlisted']);
      } else {
        won.lapsed++;
        expect(lapsed).toMatchObject({ value: { kind: 'lapsed' } });
        expect([await at.stateOf(cyd!), await at.stateOf(eve!)]).toEqual(['cancelled', 'offered']);
      }
      expect(await at.faults(event)).toEqual([]);
    }
    expect(won.taken + won.lapsed).toBe(12);
  });

  it('nothing is offered to two, nor lapses twice, when the job is run by several', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 2],
      ['Fay', 2],
    ]);
    await at.cancel(ann);
    now = new Date(noon.getTime() + 24 * 3_600_000);
    const runs = await Promise.all(
      Array.from({ length: 8 }, (_, n) => lapseOffer(n % 2 ? here : there, waiting[0]!.id)),
    );
    expect(runs.map((one) => one?.ok && one.value.kind).sort()).toEqual([
      'lapsed',
      ...Array.from({ length: 7 }, () => 'unchanged'),
    ]);
    expect(await Promise.all(waiting.map(at.stateOf))).toEqual(['cancelled', 'offered', 'waitlisted']);
  });

  async function rush(mode: 'locked' | 'unlocked') {
    now = noon;
    const event = await at.asking({ capacity: '11' });
    const processes: Process[] = await Promise.all(
      ['a', 'b'].map((name) => startProcess('line-process.ts', database.url, mode, event.slug, name)),
    );
    await Promise.all(processes.map((one) => one.kill()));
    expect(processes.map((one) => Number(one.line.split(' ')[1])).every((done) => done > 72)).toBe(true);
    return { event, faults: await at.faults(event) };
  }

  /** The negative control: without the lock something must be wrong, or the test below proves nothing. */
  it('goes wrong when the lock is off', { timeout: 60_000 }, async () => {
    expect((await rush('unlocked')).faults).not.toEqual([]);
  });

  it('everything that can be asked leaves counters, places and order as they must be: two processes', {
    timeout: 60_000,
  }, async () => {
    const { event, faults } = await rush('locked');
    expect(faults).toEqual([]);
    const [seen] = await at.query(
      `select count(*) filter (where cancelled_by = 'lapsed')::int lapsed, count(*) filter (where skipped_at is not null)::int skipped,
        count(*) filter (where offered_at is not null and confirmed_at is not null)::int taken
      from registrations where event_id = $1`,
      [event.id],
    );
    expect(Math.min(seen.lapsed, seen.skipped, seen.taken)).toBeGreaterThan(0);
  });
});
