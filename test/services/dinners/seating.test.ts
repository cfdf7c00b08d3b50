import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wishes } from '../../../src/services/dinners/near.ts';
import {
  type Seated,
  type Seating,
  seat,
  suggestTables,
  type Table,
} from '../../../src/services/dinners/seating.ts';

const tables = (...seats: number[]): Table[] => seats.map((one, n) => ({ id: n + 1, seats: one }));
const party = (id: number, size: number, likes: number[] = [], kept: [number, number][] = []): Seated => ({
  id,
  size,
  kept: new Map(kept),
  likes: new Set(likes),
});
const tablesOf = (seating: Seating, id: number) => [...new Set(seating.get(id)!.values())];

describe('seating', () => {
  it('keeps parties together, friends at one table, and fills tables evenly', () => {
    const seating = seat(
      [party(1, 4), party(2, 1, [6]), party(3, 3), party(4, 2), party(5, 5), party(6, 1, [2])],
      tables(8, 8),
    );
    for (const id of [1, 2, 3, 4, 5, 6]) expect(tablesOf(seating, id)).toHaveLength(1);
    expect(tablesOf(seating, 2)).toEqual(tablesOf(seating, 6));
    const at = (table: number) =>
      [...seating.values()].flatMap((one) => [...one.values()]).filter((one) => one === table);
    expect([at(1).length, at(2).length].sort()).toEqual([8, 8]);
  });

  it('puts somebody who was named by one side alone beside them, or at the next table', () => {
    const seating = seat([party(1, 3), party(2, 3), party(3, 2, [1])], tables(6, 6));
    expect(tablesOf(seating, 3)).toEqual(tablesOf(seating, 1));
  });

  it('moves nobody whom an organiser has placed, and brings their party to them', () => {
    const seating = seat([party(1, 3, [], [[1, 2]]), party(2, 3)], tables(4, 4));
    expect([...seating.get(1)!]).toEqual(
      expect.arrayContaining([
        [0, 2],
        [1, 2],
        [2, 2],
      ]),
    );
  });

  it('spreads a party that no table can hold over neighbouring ones, and says who finds no seat', () => {
    const split = seat([party(1, 6)], tables(2, 4, 2));
    expect(split.get(1)!.size).toBe(6);
    expect(tablesOf(split, 1)).toHaveLength(2);
    const short = seat([party(1, 3), party(2, 3)], tables(4));
    expect([...short.values()].map((one) => one.size).sort()).toEqual([1, 3]);
    expect(seat([party(1, 2)], []).get(1)!.size).toBe(0);
  });

  it('holds its promises for any dinner', () => {
    const parties = fc.array(
      fc.record({ size: fc.integer({ min: 1, max: 6 }), likes: fc.array(fc.nat(11), { maxLength: 3 }) }),
      { maxLength: 12 },
    );
    const hall = fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 5 });
    fc.assert(
      fc.property(parties, hall, fc.boolean(), (all, seats, keeps) => {
        const room = tables(...seats);
        const given = all.map(({ size, likes }, n) =>
          party(
            n,
            size,
            likes.filter((one) => one !== n && one < all.length),
            keeps && n === 0 && seats[0] ? [[0, 1]] : [],
          ),
        );
        const seating = seat(given, room);
        const used = new Map<number, number>();
        for (const one of given) {
          const own = seating.get(one.id)!;
          for (const [position, table] of own) {
            expect(position).toBeLessThan(one.size);
            used.set(table, (used.get(table) ?? 0) + 1);
          }
          for (const [position, table] of one.kept) expect(own.get(position)).toBe(table);
        }
        for (const { id, seats: most } of room) expect(used.get(id) ?? 0).toBeLessThanOrEqual(most);
        // Nobody stands while there is a seat.
        const people = given.reduce((sum, one) => sum + one.size, 0);
        const chairs = seats.reduce((sum, one) => sum + one, 0);
        expect([...used.values()].reduce((sum, one) => sum + one, 0)).toBe(Math.min(people, chairs));
        expect(seat(given, room)).toEqual(seating);
      }),
      { numRuns: 500 },
    );
  });

  it('is as good as the best there is, for dinners small enough to try all', () => {
    const small = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 2, maxLength: 5 }),
      likes: fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 4 }),
    });
    let met = 0;
    let best = 0;
    fc.assert(
      fc.property(small, ({ sizes, likes }) => {
        const given = sizes.map((size, n) =>
          party(
            n,
            size,
            likes.filter(([from, to]) => from === n && to !== n && to < sizes.length).map(([, to]) => to),
          ),
        );
        const together = (where: (id: number) => number) =>
          given.reduce(
            (sum, one) => sum + [...one.likes].filter((id) => where(id) === where(one.id)).length,
            0,
          );
        const seating = seat(given, tables(5, 5));
        met += together((id) => tablesOf(seating, id)[0]!);
        let most = 0;
        for (let mask = 0; mask < 2 ** sizes.length; mask++) {
          const at = (id: number) => (mask >> id) & 1;
          const load = [0, 1].map((table) =>
            sizes.filter((_, id) => at(id) === table).reduce((a, b) => a + b, 0),
          );
          if (Math.max(...load) <= 5) most = Math.max(most, together(at));
        }
        best += most;
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(met / best).toBeGreaterThan(0.9);
  });

  it('seats two hundred in well under a second', () => {
    const many = Array.from({ length: 90 }, (_, n) => party(n, 1 + (n % 4), [(n * 7) % 90, (n * 13) % 90]));
    // Time of the processor: on a busy machine others have the rest.
    const before = process.cpuUsage();
    const seating = seat(many, tables(...Array.from({ length: 20 }, () => 12)));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
    expect([...seating.values()].reduce((sum, one) => sum + one.size, 0)).toBe(223);
  });

  it('suggests tables of eight to twelve, filled alike', () => {
    expect([
      suggestTables(43),
      suggestTables(12),
      suggestTables(13),
      suggestTables(5),
      suggestTables(0),
    ]).toEqual([[11, 11, 11, 10], [12], [7, 6], [5], []]);
  });
});

describe('whom somebody wants to sit near', () => {
  it('is read from names as people write them; a name that could be two is nobody', () => {
    const found = wishes([
      { id: 1, names: ['Ann Lee'], near: 'zoe, BOB Stone and nobody' },
      { id: 2, names: ['Zoë Quinn', 'Max'], near: 'Ann' },
      { id: 3, names: ['Bob Stone'], near: 'bob stone; max & Ann Lee' },
      { id: 4, names: ['Bob Marsh'], near: 'Bob' },
    ]);
    expect([...found].map(([id, ids]) => [id, [...ids]])).toEqual([
      [1, [2, 3]],
      [2, [1]],
      [3, [2, 1]],
      [4, []],
    ]);
  });
});
