import type { Cell } from '../../db/schema.ts';

/** A session in a notice: what is told of it, and how it stands now. */
export type ToldSession = {
  number: number;
  title: string;
  before: Cell | null;
  after: Cell | null;
  /** Where it is now. */
  place: { room: string; startsAt: Date; endsAt: Date } | null;
  withdrawn: boolean;
  /** The person who is told holds it, starred it. */
  host: boolean;
  starred: boolean;
};

export type Fate = 'placed' | 'moved' | 'unplaced' | 'withdrawn';

/** What became of a session, or undefined when nothing did that is worth a word. */
export function fateOf({ before, after, withdrawn }: ToldSession): Fate | undefined {
  if (after) return before ? 'moved' : 'placed';
  if (withdrawn) return 'withdrawn';
  return before ? 'unplaced' : undefined;
}

type Event = { state: 'draft' | 'published' | 'cancelled'; endsAt: Date };

/**
 * What of a notice is still to be told when it is about to be sent, which may be days after it came about: sessions that
 * are where it says (a later change has a notice of its own), are not over, and still concern the person.
 */
export function stillToTell<S extends ToldSession>(sessions: S[], event: Event, now: Date): S[] {
  if (event.state !== 'published' || event.endsAt <= now) return [];
  return sessions.filter(
    (session) =>
      (session.host || session.starred) &&
      fateOf(session) !== undefined &&
      isThere(session) &&
      !isOver(session, now),
  );
}

/** Of these what goes by mail: to who wants no mail about changes, what they hold themselves. */
export const forMailbox = <S extends ToldSession>(sessions: S[], notify: boolean): S[] =>
  sessions.filter((session) => notify || session.host);

function isThere({ after, place, withdrawn }: ToldSession): boolean {
  if (!after || !place) return !after && !place;
  return !withdrawn && after.room === place.room && after.startsAt === place.startsAt.toISOString();
}

/** Nobody is told that what is on already is about to begin. */
export const hasBegun = ({ after }: ToldSession, now: Date): boolean =>
  after !== null && new Date(after.startsAt) <= now;

function isOver({ before, after }: ToldSession, now: Date): boolean {
  const cell = after ?? before;
  return cell !== null && new Date(cell.endsAt) <= now;
}
