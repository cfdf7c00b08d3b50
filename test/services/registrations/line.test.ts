import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inReach } from '../../../src/services/registrations/line.ts';
import {
  type Decision,
  type Party,
  type Places,
  type Request,
  settle,
} from '../../../src/services/registrations/settle.ts';
import { isUnproved, Model, type Row, type Step } from './line-model.ts';

/** What is on file, as the database keeps it, and what a batch is handed of it: of each size the first alone. */
class File {
  rows: Row[] = [];
  places: Omit<Places, 'line'>;
  constructor(capacity: number | null) {
    this.places = {
      capacity,
      waitingList: true,
      taken: 0,
      held: 0,
      waiting: 0,
      nextPosition: 1,
      promotes: true,
    };
  }

  /** As much of the line as a batch is handed, and no more. */
  atHand(requests: Request[]): Pick<Places, 'line' | 'firstOffered'> {
    const asked = requests.flatMap((one) => ('party' in one ? [one] : []));
    const largest = (id: number) =>
      asked
        .filter((one) => one.party.id === id)
        .map((one) => Math.max(one.party.size, one.kind === 'resize' ? one.size : 0));
    const reach = inReach(
      this.places,
      requests.flatMap((one) => (one.kind === 'capacity' ? [one.capacity] : [])),
      asked.map((one) => Math.max(...largest(one.party.id))),
    );
    const waiting = this.rows.filter((row) => row.state === 'waitlisted').sort((a, b) => a.place - b.place);
    const rows = new Set(
      reach.flatMap(({ size, count }) => waiting.filter((row) => row.size === size).slice(0, count)),
    );
    if (requests.some((one) => one.kind === 'to_front'))
      for (const row of waiting.slice(0, requests.length)) rows.add(row);
    const offered = this.rows.filter((row) => row.state === 'offered').map((row) => row.place);
    return {
      line: [...rows]
        .map(({ id, size, place }) => ({ id, size, position: place }))
        .sort((a, b) => a.position - b.position),
      firstOffered: offered.length > 0 ? Math.min(...offered) : null,
    };
  }

  settle(requests: Request[], offers: boolean): Decision[] {
    const settled = settle({ ...this.places, ...this.atHand(requests), offers }, requests);
    settled.decisions.forEach((decision, index) => {
      const request = requests[index]!;
      if (request.kind !== 'register' || !('position' in decision) || decision.kind === 'moved') return;
      const id = this.rows.length + 1;
      this.rows.push({
        id,
        size: request.size,
        place: decision.position,
        state: decision.kind,
        skipped: false,
      });
    });
    for (const [id, { state, position, size, skipped, was }] of settled.after)
      Object.assign(
        this.rows[id - 1]!,
        { state, size, place: position },
        skipped && { skipped },
        was && { was },
      );
    const { line: _, ...places } = settled.places;
    this.places = places;
    return settled.decisions;
  }

  party(nth: number): Party {
    const row = this.rows[nth]!;
    const { id, size, place, state, skipped, was } = row;
    return { id, size, position: place, state, skipped, was, due: true, unproved: isUnproved(row) };
  }
}

const said: Partial<Record<Decision['kind'], string>> = {
  confirmed: 'registered',
  offered: 'registered',
  waitlisted: 'registered',
  resized: 'changed',
  capacity_set: 'changed',
  placed: 'changed',
  moved: 'changed',
  passed: 'cancelled',
};

function requestOf(file: File, step: Exclude<Step, { do: 'mode' }>, who: number, most: number): Request {
  switch (step.do) {
    case 'register':
      return { kind: 'register', who: `p${who}`, registered: false, size: step.size, most };
    case 'capacity':
      return { kind: 'capacity', capacity: step.capacity, waitingList: step.waitingList };
    case 'resize':
      return { kind: 'resize', party: file.party(step.nth), size: step.size, most };
    default:
      return { kind: step.do, party: file.party(step.nth) };
  }
}

/** More of the answers to offers than chance would bring: `nth` counts within those who have one, or all. */
const wish = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('register' as const), size: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom('take', 'pass', 'skip', 'skip', 'skip', 'lapse'),
      nth: fc.nat(30),
      anybody: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), nth: fc.nat(30) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('unproved', 'restore', 'restore'), nth: fc.nat(30) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('to_waiting', 'to_front', 'to_front', 'give_place'),
      nth: fc.nat(30),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('resize' as const),
      nth: fc.nat(30),
      size: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('capacity' as const),
      capacity: fc.option(fc.nat(12), { freq: 20 }),
      waitingList: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mode' as const), offers: fc.boolean() }) },
);
const batchesOf = fc.array(fc.array(wish, { minLength: 1, maxLength: 4, size: 'max' }), {
  minLength: 1,
  maxLength: 20,
  size: 'max',
});
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

/** The wish as a step among those who are there; undefined when nobody is. */
function stepOf(rows: Row[], one: Wish): Step | undefined {
  if (one.do === 'register' || one.do === 'capacity' || one.do === 'mode') return one;
  const offered = rows.filter((row) => row.state === 'offered');
  const among = 'anybody' in one && !one.anybody ? offered : rows;
  const row = among[one.nth % Math.max(1, among.length)];
  return row && { ...one, nth: row.id - 1 };
}

describe('any sequence of batches', () => {
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

  it('goes as the written rule says: 10,000 of them, step by step beside a model of it', () => {
    fc.assert(
      fc.property(
        fc.noBias(fc.option(fc.integer({ min: 1, max: 12 }), { freq: 20 })),
        fc.noBias(fc.integer({ min: 1, max: 5 })),
        fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
        fc.noBias(batchesOf),
        (capacity, most, offers, batches) => {
          const model = new Model(capacity, most);
          const file = new File(capacity);
          model.offers = offers;
          let who = 0;
          for (const batch of batches) {
            // Where the mode changes a new batch begins, as there the event's row is changed by somebody else.
            model.justOffered.clear();
            const requests: Request[] = [];
            const answers: string[] = [];
            const overfull = model.people('confirmed', 'offered');
            const allowed = Math.max(model.capacity ?? 1e9, overfull);
            let largest = allowed;
            for (const one of batch) {
              const step = stepOf(file.rows, one);
              if (!step) continue;
              if (step.do === 'mode' && requests.length > 0) continue;
              answers.push(model.step(step));
              if (step.do === 'capacity') largest = Math.max(largest, step.capacity ?? 1e9);
              if (step.do === 'give_place') largest = 1e9;
              if (step.do === 'mode') answers.pop();
              else requests.push(requestOf(file, step, ++who, most));
            }
            const decisions = file.settle(requests, model.offers);
            expect(decisions.map((one) => said[one.kind] ?? one.kind)).toEqual(answers);
            expect(ordered(file.rows)).toEqual(ordered(model.rows));
            check(file, model, largest);
            for (const answer of answers) count(answer);
            for (const row of file.rows) count(row.state);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  }, 240_000);

  it('came by every answer that there is, and often', () => {
    const expected = [
      ...['registered', 'full', 'too_large', 'changed', 'no_room_to_grow', 'grow_after_taking', 'gone'],
      ...[
        'cancelled',
        'unchanged',
        'taken',
        'skipped',
        'lapsed',
        'unproved',
        'not_due',
        'restored',
        'place_gone',
        'no_offer',
        'nobody_else',
        'skipped_before',
        'nobody_waiting',
      ],
      ...['confirmed', 'offered', 'waitlisted'],
    ];
    expect(expected.filter((one) => (seen.get(one) ?? 0) < 50)).toEqual([]);
  });
});

/** The rows with their order among those who wait or may wait again, whatever the numbers that make it. */
function ordered(rows: Row[]) {
  const living = rows.filter((row) => row.state === 'waitlisted' || row.state === 'offered');
  const places = living.map((row) => row.place).sort((a, b) => a - b);
  expect(new Set(places).size).toBe(places.length);
  return rows.map((row) => ({ ...row, place: living.includes(row) ? places.indexOf(row.place) : undefined }));
}

/** What holds at rest, said once more without the model. */
function check(file: File, model: Model, largest: number) {
  const sum = (state: string) =>
    file.rows.filter((row) => row.state === state).reduce((all, row) => all + row.size, 0);
  const { taken, held, waiting, capacity } = file.places;
  expect({ taken, held, waiting }).toEqual({
    taken: sum('confirmed'),
    held: sum('offered'),
    waiting: model.line().length,
  });
  // Nobody is let in beyond what the capacity was, and nobody is put out when it is lowered.
  expect(taken + held).toBeLessThanOrEqual(largest);
  const free = (capacity ?? 1e9) - taken - held;
  expect(model.line().filter((row) => row.size <= free)).toEqual([]);
}
