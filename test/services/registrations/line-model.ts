import type { RegistrationState } from '../../../src/db/schema.ts';

// The waiting list as docs/waiting-list.md describes it, in the plainest way: no counters, everything looked at each time.
// It shares nothing with the code that it is compared with.

export type Row = {
  id: number;
  size: number;
  place: number;
  state: RegistrationState;
  skipped: boolean;
  /** What it was before it was cancelled. */
  was?: RegistrationState;
};

/** Every second one has not proved its address, and its time is over. */
export const isUnproved = ({ id }: Pick<Row, 'id'>): boolean => id % 2 === 0;
export type Step =
  | { do: 'register'; size: number }
  | { do: 'resize'; nth: number; size: number }
  | { do: 'cancel' | 'take' | 'pass' | 'skip' | 'lapse' | 'unproved' | 'restore'; nth: number }
  | { do: Moved; nth: number }
  | { do: 'capacity'; capacity: number | null; waitingList: boolean }
  | { do: 'mode'; offers: boolean };

type Moved = 'give_place' | 'to_waiting' | 'to_front';

export class Model {
  rows: Row[] = [];
  capacity: number | null;
  waitingList = true;
  nextPlace = 1;
  firstPlace = 1;
  offers = false;
  /** Offers whose time cannot be over yet. */
  justOffered = new Set<Row>();
  readonly most: number;
  constructor(capacity: number | null, most: number) {
    this.capacity = capacity;
    this.most = most;
  }

  people(...states: RegistrationState[]): number {
    return this.rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.size, 0);
  }

  free(): number {
    return (this.capacity ?? 1e9) - this.people('confirmed', 'offered');
  }

  line(): Row[] {
    return this.rows.filter((row) => row.state === 'waitlisted').sort((a, b) => a.place - b.place);
  }

  nextWhoFits(free = this.free()): Row | undefined {
    return this.line().find((row) => row.size <= free);
  }

  serveAll() {
    for (let next = this.nextWhoFits(); next; next = this.nextWhoFits()) this.serve(next);
  }

  serve(row: Row) {
    row.state = this.offers ? 'offered' : 'confirmed';
    if (this.offers) this.justOffered.add(row);
  }

  /** What comes of a step; the states of all rows are the rest of the answer. */
  step(step: Step): string {
    const said = this.answer(step);
    this.serveAll();
    return said;
  }

  private answer(step: Step): string {
    if (step.do === 'mode') {
      this.offers = step.offers;
      return 'changed';
    }
    if (step.do === 'capacity') {
      this.capacity = step.capacity;
      this.waitingList = step.waitingList;
      return 'changed';
    }
    if (step.do === 'register') return this.register(step.size);
    const row = this.rows[step.nth]!;
    switch (step.do) {
      case 'unproved':
        return this.unproved(row);
      case 'restore':
        return this.restore(row);
      case 'resize':
        return this.resize(row, step.size);
      case 'give_place':
      case 'to_waiting':
      case 'to_front':
        return this.move(row, step.do);
      default:
        return this.reply(row, step.do);
    }
  }

  private tooLarge = (size: number) =>
    size > this.most || (this.capacity !== null && size > 1 && size > this.capacity);

  private register(size: number): string {
    if (this.tooLarge(size)) return 'too_large';
    if (size > this.free() && !this.waitingList) return 'full';
    const state = size <= this.free() ? 'confirmed' : 'waitlisted';
    const place = this.nextPlace++;
    this.rows.push({ id: this.rows.length + 1, size, place, state, skipped: false });
    return 'registered';
  }

  private resize(row: Row, size: number): string {
    const more = size - row.size;
    if (row.state === 'cancelled') return 'gone';
    if (more > 0 && this.tooLarge(size)) return 'too_large';
    if (more > 0 && row.state === 'offered') return 'grow_after_taking';
    if (more > 0 && row.state === 'confirmed' && more > this.free()) return 'no_room_to_grow';
    row.size = size;
    return 'changed';
  }

  private end(row: Row) {
    row.was = row.state;
    row.state = 'cancelled';
  }

  private unproved(row: Row): string {
    if (row.state === 'cancelled') return 'unchanged';
    if (!isUnproved(row)) return 'not_due';
    this.end(row);
    return 'unproved';
  }

  private restore(row: Row): string {
    if (row.state !== 'cancelled') return 'unchanged';
    const fits = row.was === 'confirmed' && row.size <= this.free();
    if (!fits && !this.waitingList) return 'place_gone';
    row.state = fits ? 'confirmed' : 'waitlisted';
    return 'restored';
  }

  private reply(row: Row, what: 'cancel' | 'take' | 'pass' | 'skip' | 'lapse'): string {
    if (what === 'cancel') {
      if (row.state === 'cancelled') return 'unchanged';
      this.end(row);
      return 'cancelled';
    }
    if (row.state !== 'offered') {
      if (what === 'lapse') return 'unchanged';
      if (what === 'take' && row.state === 'confirmed') return 'unchanged';
      if (what === 'pass' && row.state === 'cancelled') return 'unchanged';
      return what === 'skip' && row.state === 'waitlisted' && row.skipped ? 'unchanged' : 'no_offer';
    }
    if (what === 'skip') return this.skip(row);
    if (what === 'lapse' && this.justOffered.has(row)) return 'not_due';
    if (what === 'take') row.state = 'confirmed';
    else this.end(row);
    return { take: 'taken', pass: 'cancelled', lapse: 'lapsed' }[what];
  }

  private move(row: Row, where: Moved): string {
    if (row.state === 'cancelled') return 'unchanged';
    if (where === 'give_place') {
      if (row.state === 'confirmed') return 'unchanged';
      row.state = 'confirmed';
    } else if (where === 'to_waiting') {
      if (row.state === 'waitlisted') return 'unchanged';
      const free = this.free() + row.size;
      if (this.line().length === 0 || (row.size <= free && !this.nextWhoFits(free))) return 'nobody_waiting';
      row.state = 'waitlisted';
      row.place = this.nextPlace++;
    } else {
      if (row.state !== 'waitlisted' || this.line()[0] === row) return 'unchanged';
      row.place = --this.firstPlace;
    }
    return 'changed';
  }

  private skip(row: Row): string {
    if (row.skipped) return 'skipped_before';
    const other = this.nextWhoFits(this.free() + row.size);
    if (!other) return 'nobody_else';
    row.state = 'waitlisted';
    row.skipped = true;
    this.serve(other);
    return 'skipped';
  }
}
