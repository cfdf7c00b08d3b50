import type { Actor } from '../../context.ts';
import type { Refusal } from '../../shared/result.ts';
import type { Limit, LimitName } from './limits.ts';

/** Whose count of what: `subject` names a mailbox, a network, a person's id. */
export type Count = { limit: LimitName; subject: string };

/** Some of a count that was asked for, and how it stands with that. `until`, `todayUntil`: the ends of its windows. */
export type Spent = Count & {
  rule: Limit;
  asked: number;
  count: number;
  until: Date;
  today: number;
  todayUntil: Date;
};

/** Which limit is reached, and when there is one left again. */
export type Reached = Count & { until: Date };

/** What was left of some counts when they were asked for, handed out one by one. */
export type Purse = {
  /** Takes one of each; when one of them has none left, takes nothing and says which. */
  take(counts: Count[]): Reached | undefined;
  /** Puts one of each back: what it was taken for came to nothing. */
  putBack(counts: Count[]): void;
  /** Puts back all that was taken. */
  clear(): void;
  /** What was asked for and not taken, to be given back; told once. */
  rest(): (Count & { asked: number })[];
};

/**
 * What a form counts on that mails an address which whoever sends it has not proved to be theirs: the network and the
 * chat address that it comes from. The system counts on nothing.
 */
export const formsOf = ({ network, addressId }: Pick<Actor, 'network' | 'addressId'>): Count[] => [
  ...(network ? [{ limit: 'network_forms' as const, subject: network }] : []),
  ...(addressId ? [{ limit: 'chat_forms' as const, subject: String(addressId) }] : []),
];

export const nameOf = ({ limit, subject }: Count): string => `${limit}:${subject}`;

export function purse(spent: Spent[]): Purse {
  const all = new Map(spent.map((one) => [nameOf(one), { ...one, taken: 0, kept: one.asked }]));
  const of = (count: Count) => {
    const one = all.get(nameOf(count));
    if (!one) throw new Error(`${count.limit} was not asked for`);
    return one;
  };
  return {
    take(counts) {
      const mine = counts.map(of);
      for (const one of mine) {
        const until = reachedUntil(one, one.taken);
        if (until) return { limit: one.limit, subject: one.subject, until };
      }
      for (const one of mine) one.taken++;
      return undefined;
    },
    putBack(counts) {
      for (const one of counts.map(of)) one.taken--;
    },
    clear() {
      for (const one of all.values()) one.taken = 0;
    },
    rest: () =>
      [...all.values()].flatMap((one) => {
        const { limit, subject, kept, taken } = one;
        one.kept = taken;
        return kept > taken ? [{ limit, subject, asked: kept - taken }] : [];
      }),
  };
}

/** When there is one left again, after so many of what was asked for; undefined when there is one now. */
function reachedUntil(
  { rule, asked, count, today, until, todayUntil }: Spent,
  taken: number,
): Date | undefined {
  if (today - asked + taken >= rule.daily) return todayUntil;
  return count - asked + taken >= rule.most || taken >= asked ? until : undefined;
}

/**
 * How long that is: seconds for `Retry-After` (RFC 9110, 10.2.3), at least one; for the sentence so many minutes, or from two hours on
 * hours, of which `context` picks the words.
 */
export function untilThen(until: Date, now: Date): { seconds: number; count: number; context?: 'hours' } {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120
    ? { seconds, count: minutes }
    : { seconds, count: Math.ceil(minutes / 60), context: 'hours' };
}

/** The refusal of what would be one too many: its code is the limit's name, and says what to do. */
export const tooMany = ({ limit, until }: Reached, now: Date): Refusal => ({
  kind: 'too_many',
  code: `limit_${limit}`,
  data: untilThen(until, now),
});
