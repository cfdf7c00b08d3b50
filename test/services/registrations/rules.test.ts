import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedBecause, speaksFor } from '../../../src/services/registrations/rules.ts';
import { type Party, type Places, type Request, settle } from '../../../src/services/registrations/settle.ts';

const empty: Places = {
  capacity: 2,
  waitingList: true,
  taken: 0,
  held: 0,
  waiting: 0,
  nextPosition: 1,
  line: [],
  promotes: true,
};
const register = (who: string, more: object = {}): Request => ({
  kind: 'register',
  who,
  registered: false,
  size: 1,
  ...more,
});

const party = (id: number, state: Party['state'], position = id): Party => ({ id, state, position, size: 1 });

describe('settle', () => {
  it('gives places while they last, then the waiting list in order', () => {
    const { decisions, places } = settle(
      empty,
      ['a', 'b', 'c', 'd'].map((who) => register(who)),
    );
    expect(decisions).toEqual([
      { kind: 'confirmed', position: 1 },
      { kind: 'confirmed', position: 2 },
      { kind: 'waitlisted', position: 3, rank: 1 },
      { kind: 'waitlisted', position: 4, rank: 2 },
    ]);
    expect(places).toMatchObject({ taken: 2, waiting: 2, nextPosition: 5 });
  });

  it('refuses when full without a waiting list', () => {
    const { decisions } = settle({ ...empty, waitingList: false, taken: 2 }, [register('a')]);
    expect(decisions).toEqual([{ kind: 'full', free: 0, size: 1 }]);
  });

  it('takes one person once, also within a batch', () => {
    const { decisions } = settle(empty, [register('a'), register('a'), register('b', { registered: true })]);
    expect(decisions.map((one) => one.kind)).toEqual(['confirmed', 'already', 'already']);
  });

  it('promotes the head of the line when a place falls free', () => {
    const start = {
      ...empty,
      taken: 2,
      waiting: 2,
      line: [
        { id: 7, position: 3, size: 1 },
        { id: 8, position: 4, size: 1 },
      ],
    };
    const { promoted, places } = settle(start, [{ kind: 'cancel', party: party(1, 'confirmed') }]);
    expect(promoted).toEqual([7]);
    expect(places).toMatchObject({ taken: 2, waiting: 1 });
  });

  it('does not let a newcomer past the line', () => {
    const start = {
      ...empty,
      capacity: 3,
      taken: 2,
      waiting: 1,
      promotes: false,
      line: [{ id: 7, position: 3, size: 1 }],
    };
    expect(settle(start, [register('a')]).decisions[0]).toMatchObject({ kind: 'waitlisted', rank: 2 });
  });

  it('confirms somebody who joined the line and got a place in the same batch', () => {
    const { decisions, promoted, places } = settle({ ...empty, taken: 2 }, [
      register('a'),
      { kind: 'cancel', party: party(1, 'confirmed') },
    ]);
    expect(decisions[0]).toEqual({ kind: 'confirmed', position: 1 });
    expect(promoted).toEqual([]);
    expect(places).toMatchObject({ taken: 2, waiting: 0 });
  });

  it('takes nobody’s place when the capacity is lowered, and promotes when it is raised', () => {
    const start = { ...empty, taken: 2, waiting: 1, line: [{ id: 7, position: 3, size: 1 }] };
    const lower = settle(start, [{ kind: 'capacity', capacity: 1, waitingList: true }]);
    expect(lower.places).toMatchObject({ capacity: 1, taken: 2, waiting: 1 });
    const raise = settle(start, [{ kind: 'capacity', capacity: null, waitingList: true }]);
    expect(raise.promoted).toEqual([7]);
  });

  it('does nothing twice', () => {
    const again: Request = { kind: 'cancel', party: party(1, 'confirmed') };
    const { decisions, places } = settle({ ...empty, taken: 2 }, [again, again]);
    expect(decisions.map((one) => one.kind)).toEqual(['cancelled', 'unchanged']);
    expect(places.taken).toBe(1);
  });

  it('moves a confirmed one to the end of the line, unless nobody else waits', () => {
    const request: Request = { kind: 'to_waiting', party: party(1, 'confirmed') };
    expect(settle({ ...empty, taken: 2 }, [request]).decisions).toEqual([{ kind: 'nobody_waiting' }]);
    const start = {
      ...empty,
      taken: 2,
      waiting: 1,
      nextPosition: 4,
      line: [{ id: 7, position: 3, size: 1 }],
    };
    const { decisions, promoted } = settle(start, [request]);
    expect(decisions).toEqual([{ kind: 'moved', id: 1, position: 4 }]);
    expect(promoted).toEqual([7]);
  });

  it('lets an organiser overfill, and put somebody first', () => {
    expect(settle({ ...empty, taken: 2 }, [register('a', { beyond: true })]).places.taken).toBe(3);
    const start = {
      ...empty,
      taken: 2,
      waiting: 2,
      line: [
        { id: 7, position: 3, size: 1 },
        { id: 8, position: 4, size: 1 },
      ],
    };
    expect(settle(start, [{ kind: 'to_front', party: party(8, 'waitlisted', 4) }]).decisions).toEqual([
      // A position is given once: in front of all that were.
      { kind: 'moved', id: 8, position: 0 },
    ]);
  });

  it('leaves freed places alone once the event is over', () => {
    const start = {
      ...empty,
      taken: 2,
      waiting: 1,
      promotes: false,
      line: [{ id: 7, position: 3, size: 1 }],
    };
    expect(settle(start, [{ kind: 'cancel', party: party(1, 'confirmed') }]).promoted).toEqual([]);
  });
});

/** A world of its own, with ids as the database gives them, through which any sequence of batches is settled. */
function world(capacity: number | null) {
  const rows = new Map<number, { state: Party['state']; position: number }>();
  let places: Places = { ...empty, capacity };
  const lineOf = () =>
    [...rows]
      .filter(([, row]) => row.state === 'waitlisted')
      .map(([id, row]) => ({ id, position: row.position, size: 1 }))
      .sort((a, b) => a.position - b.position);
  return {
    rows,
    lineOf,
    places: () => places,
    batch(requests: Request[]) {
      const settled = settle({ ...places, line: lineOf() }, requests);
      settled.decisions.forEach((decision) => {
        if (decision.kind === 'confirmed' || decision.kind === 'waitlisted')
          rows.set(rows.size + 1, { state: decision.kind, position: decision.position });
      });
      for (const [id, { state, position }] of settled.after)
        rows.set(id, { state, position: position ?? rows.get(id)!.position });
      places = { ...settled.places, line: [] };
    },
  };
}

describe('any sequence of batches', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant('register' as const) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom('cancel', 'give_place', 'to_waiting', 'to_front'), fc.nat(40)),
    },
    { weight: 1, arbitrary: fc.option(fc.nat(8)) },
  );
  it('keeps the counters true, nobody waits for a place that is free, and the order holds', () => {
    fc.assert(
      fc.property(
        fc.nat(6),
        fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 12 }),
        (capacity, batches) => {
          const at = world(capacity);
          let who = 0;
          for (const batch of batches) {
            const requests = batch.flatMap((one): Request[] => {
              if (one === 'register') return [register(`p${who++}`)];
              if (one === null || typeof one === 'number')
                return [{ kind: 'capacity', capacity: one, waitingList: true }];
              const [kind, nth] = one as [string, number];
              const ids = [...at.rows.keys()];
              const id = ids[nth % Math.max(1, ids.length)];
              const row = id === undefined ? undefined : at.rows.get(id);
              if (id === undefined || !row) return [];
              return [{ kind: kind as 'cancel', party: party(id, row.state, row.position) }];
            });
            at.batch(requests);
            const confirmed = [...at.rows.values()].filter((row) => row.state === 'confirmed').length;
            const { taken, waiting, capacity: now } = at.places();
            expect({ taken, waiting }).toEqual({ taken: confirmed, waiting: at.lineOf().length });
            if (waiting > 0) expect(now === null || taken < now).toBe(false);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('closedBecause', () => {
  const event = {
    name: 'Dinner',
    state: 'published' as const,
    opensAt: null,
    closesAt: null,
    startsAt: new Date('2026-06-01T18:00:00Z'),
    endsAt: new Date('2026-06-01T21:00:00Z'),
    zone: 'Europe/London',
  };
  const at = (time: string) => new Date(`2026-06-01T${time}:00Z`);
  it('names the reason', () => {
    expect(closedBecause(event, at('12:00'))).toBeUndefined();
    expect(closedBecause(event, at('18:00'))?.code).toBe('registration_closed');
    expect(closedBecause(event, at('21:00'))?.code).toBe('event_over');
    expect(closedBecause({ ...event, state: 'draft' }, at('12:00'))?.code).toBe('event_unknown');
    expect(closedBecause({ ...event, state: 'cancelled' }, at('12:00'), true)?.code).toBe('event_cancelled');
    expect(closedBecause({ ...event, opensAt: at('13:00') }, at('12:00'))?.data).toEqual({
      event: 'Dinner',
      opens: 'Mon 1 Jun, 14:00 (London)',
    });
    expect(closedBecause({ ...event, opensAt: at('13:00') }, at('12:00'), true)).toBeUndefined();
  });
});

describe('speaksFor', () => {
  it('is for linked addresses, and for those that named somebody whom nobody has proved to be', () => {
    const person = { id: 1, verified: false };
    expect(speaksFor(undefined, person)).toBe(false);
    expect(speaksFor({ personId: 2, linked: true }, person)).toBe(false);
    expect(speaksFor({ personId: 1, linked: false }, person)).toBe(true);
    expect(speaksFor({ personId: 1, linked: false }, { id: 1, verified: true })).toBe(false);
    expect(speaksFor({ personId: 1, linked: true }, { id: 1, verified: true })).toBe(true);
  });
});
