import { groups, type Seated } from './groups.ts';

export type { Seated } from './groups.ts';

/** A table in the order in which they stand: the ones before and after it are its neighbours. */
export type Table = { id: number; seats: number };

/** Where everybody sits, by party and position; who finds no seat is left out. */
export type Seating = Map<number, Map<number, number>>;

/** More rounds find little more; a wedding of 200 is seated in a few milliseconds. */
const rounds = 4;

/**
 * Seats everybody: whom an organiser has placed stays; a party sits together where a table can hold it, beside those whom it
 * named or who named it; tables are filled evenly. Deterministic. Greedy from the largest group down, then improved by moving
 * and swapping parties as long as that helps.
 */
export function seat(parties: Seated[], tables: Table[]): Seating {
  const hall = new Hall(parties, tables);
  for (const group of groups(parties, Math.max(0, ...tables.map((one) => one.seats)))) hall.place(group);
  for (let round = 0; round < rounds && hall.improve(); round++);
  return hall.seating;
}

class Hall {
  readonly seating: Seating = new Map();
  private readonly parties: Seated[];
  private readonly tables: Table[];
  private readonly free: Map<number, number>;
  private readonly byId: Map<number, Seated>;
  /** Who named a party. */
  private readonly fans: Map<number, Seated[]>;
  /** Where a table stands among the others. */
  private readonly order: Map<number, number>;
  constructor(parties: Seated[], tables: Table[]) {
    this.parties = parties;
    this.tables = tables;
    this.fans = new Map(parties.map(({ id }) => [id, parties.filter((other) => other.likes.has(id))]));
    this.order = new Map(tables.map((one, n) => [one.id, n]));
    this.free = new Map(tables.map((one) => [one.id, one.seats]));
    this.byId = new Map(parties.map((one) => [one.id, one]));
    for (const party of parties) {
      this.seating.set(party.id, new Map());
      for (const [position, table] of party.kept) if (this.free.has(table)) this.sit(party, position, table);
    }
  }

  place(group: Seated[]) {
    const wanted = group.reduce((total, one) => total + this.standing(one).length, 0);
    const table = this.best(group, wanted) ?? this.makeRoom(wanted);
    if (table !== undefined) for (const one of group) this.all(one, table);
    else for (const one of group) this.placeAlone(one);
  }

  /** At one table, beside those of its own who sit already; else spread over as few tables as can be, next to each other. */
  private placeAlone(party: Seated) {
    const wanted = this.standing(party).length;
    const table = this.best([party], wanted) ?? this.makeRoom(wanted);
    if (table !== undefined) return this.all(party, table);
    const roomiest = [...this.tables].sort((a, b) => this.room(b.id) - this.room(a.id))[0];
    const from = this.tables.findIndex((one) => one.id === roomiest?.id);
    const nearest = [...this.tables].sort(
      (a, b) => Math.abs(this.tables.indexOf(a) - from) - Math.abs(this.tables.indexOf(b) - from),
    );
    for (const { id } of nearest)
      for (const position of this.standing(party).slice(0, this.room(id))) this.sit(party, position, id);
  }

  /** The table with room for so many that is best for them: their own people, those whom they like, then the emptiest. */
  private best(group: Seated[], wanted: number): number | undefined {
    const fitting = this.tables.filter((one) => this.room(one.id) >= wanted);
    const worth = (table: Table) =>
      group.reduce((total, one) => total + this.liking(one, table.id), 0) * 1000 +
      this.room(table.id) / table.seats;
    return fitting.sort((a, b) => worth(b) - worth(a) || this.tables.indexOf(a) - this.tables.indexOf(b))[0]
      ?.id;
  }

  /** A table at which so many find room once another party has moved, or has changed places with a smaller one. */
  private makeRoom(wanted: number): number | undefined {
    for (const { id: table } of this.tables)
      for (const leaving of this.leavingFrom(table)) {
        if (this.room(table) + leaving.size < wanted) continue;
        const to = this.tables.find((one) => one.id !== table && this.room(one.id) >= leaving.size);
        if (to && this.move(leaving, to.id)) return table;
        const smaller = this.movable().find((one) => {
          const [at] = this.tablesOf(one.id);
          const fits = this.room(at!) + one.size >= leaving.size;
          return at !== table && fits && this.room(table) + leaving.size - one.size >= wanted;
        });
        if (!smaller) continue;
        const [at] = this.tablesOf(smaller.id);
        this.move(smaller, table, leaving.size);
        this.move(leaving, at!);
        return table;
      }
    return undefined;
  }

  /** Those at a table who could move, whoever has no friends there first. */
  private leavingFrom = (table: number): Seated[] =>
    this.movable()
      .filter((one) => this.tablesOf(one.id).has(table))
      .sort((a, b) => this.liking(a, table) + this.liked(a) - this.liking(b, table) - this.liked(b));

  /** How many named it. */
  private liked = (party: Seated): number => this.fans.get(party.id)!.length;

  /** Whole parties that sit together and of which nobody is kept. */
  private movable = (): Seated[] =>
    this.parties.filter(
      (one) =>
        one.kept.size === 0 &&
        this.seating.get(one.id)!.size === one.size &&
        this.tablesOf(one.id).size === 1,
    );

  /** One step over all parties; whether anything became better. Parties of which somebody is kept stay as they are. */
  improve(): boolean {
    let better = false;
    const movable = this.movable();
    for (const party of movable)
      for (const { id: to } of this.tables) {
        const [from] = this.tablesOf(party.id);
        if (to === from) continue;
        if (this.tries([party], () => this.move(party, to))) better = true;
        else
          for (const other of movable.filter((one) => one !== party && this.tablesOf(one.id).has(to)))
            if (
              this.tries([party, other], () => this.move(other, from!, party.size) && this.move(party, to))
            ) {
              better = true;
              break;
            }
      }
    return better;
  }

  /** Does it if that makes the hall better, and undoes it else. */
  private tries(moved: Seated[], step: () => boolean): boolean {
    const touched = new Set([...moved, ...moved.flatMap((one) => this.fans.get(one.id)!)]);
    const before = this.worth(touched);
    const seats = moved.map((one) => [one.id, new Map(this.seating.get(one.id))] as const);
    const free = new Map(this.free);
    if (step() && this.worth(touched) > before + 1e-9) return true;
    for (const [id, one] of seats) this.seating.set(id, one);
    for (const [id, count] of free) this.free.set(id, count);
    return false;
  }

  /** `lent`: seats there that whoever leaves in exchange gives free. */
  private move(party: Seated, to: number, lent = 0): boolean {
    if (this.room(to) + lent < party.size) return false;
    for (const [position, table] of this.seating.get(party.id)!) {
      this.free.set(table, this.room(table) + 1);
      this.seating.get(party.id)!.set(position, to);
      this.free.set(to, this.room(to) - 1);
    }
    return true;
  }

  /** Wishes of these that are met count most; then tables that are filled alike. */
  private worth(parties: Set<Seated>): number {
    const met = [...parties].reduce(
      (total, one) =>
        total + [...this.tablesOf(one.id)].reduce((all, table) => all + this.liking(one, table), 0),
      0,
    );
    const uneven = this.tables.reduce(
      (all, one) => all + ((one.seats - this.room(one.id)) / one.seats) ** 2,
      0,
    );
    return met * 10 - uneven;
  }

  /** How much a party would like a table: two for each wish that is met there, one at the next table; its own people most. */
  private liking(party: Seated, table: number): number {
    const at = this.order.get(table)!;
    let liking = this.tablesOf(party.id).has(table) ? 8 : 0;
    for (const id of party.likes)
      for (const other of this.tablesOf(id)) {
        const apart = Math.abs(this.order.get(other)! - at);
        const mutual = this.byId.get(id)?.likes.has(party.id) ? 2 : 1;
        if (apart < 2) liking += (2 - apart) * mutual;
      }
    return liking;
  }

  private room = (table: number): number => this.free.get(table) ?? 0;
  private tablesOf = (party: number): Set<number> => new Set(this.seating.get(party)?.values());
  private standing = (party: Seated): number[] =>
    Array.from({ length: party.size }, (_, n) => n).filter((n) => !this.seating.get(party.id)!.has(n));
  private all = (party: Seated, table: number) => {
    for (const position of this.standing(party)) this.sit(party, position, table);
  };
  private sit(party: Seated, position: number, table: number) {
    this.seating.get(party.id)!.set(position, table);
    this.free.set(table, this.room(table) - 1);
  }
}

/** Tables for so many people: of eight to twelve, as few and as evenly filled as can be. */
export function suggestTables(people: number): number[] {
  if (people <= 0) return [];
  const count = Math.ceil(people / 12);
  return Array.from({ length: count }, (_, n) => Math.floor(people / count) + (n < people % count ? 1 : 0));
}
