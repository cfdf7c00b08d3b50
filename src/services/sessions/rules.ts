import type { Actor } from '../../context.ts';
import { mayManage } from '../organising/rules.ts';

/** Whoever takes part may propose: a living registration for the event, or a role on it. */
export const mayPropose = (actor: Actor, eventId: number, registered: boolean): boolean =>
  registered || mayManage(actor, eventId);

type Held = { hosts: { personId: number }[] };

/** Is one of its hosts. */
export const holds = ({ personId }: Actor, { hosts }: Held): boolean =>
  personId !== undefined && hosts.some((host) => host.personId === personId);

/** Its hosts and the event's organisers change, move and withdraw a session. */
export const mayHold = (actor: Actor, session: Held & { eventId: number }): boolean =>
  mayManage(actor, session.eventId) || holds(actor, session);

type Pitched = { number: number; newcomer: boolean; createdAt: Date };

/** The order of the pitch round: those who never proposed here before come first, then as they came. */
export const pitchOrder = <S extends Pitched>(sessions: S[]): S[] =>
  [...sessions].sort(
    (a, b) =>
      Number(b.newcomer) - Number(a.newcomer) ||
      a.createdAt.getTime() - b.createdAt.getTime() ||
      a.number - b.number,
  );

type Alike = { number: number; title: string; tags: string[] };

/** Pairs that may be one session: a tag in common, or two words of the titles. Numbers of the sessions, smaller first. */
export function likelyMerges(sessions: Alike[]): { pair: [number, number]; common: string[] }[] {
  const known = sessions.map((one) => ({ one, tags: new Set(one.tags), words: titleWords(one.title) }));
  return known.flatMap((a, n) =>
    known.slice(n + 1).flatMap((b) => {
      const tags = [...a.tags].filter((tag) => b.tags.has(tag));
      const words = [...a.words].filter((word) => b.words.has(word));
      const common = [...new Set([...tags, ...words])];
      return tags.length > 0 || words.length > 1
        ? [{ pair: [a.one.number, b.one.number] as [number, number], common }]
        : [];
    }),
  );
}

/** The words of a title that say something: four letters or more. */
const titleWords = (title: string): Set<string> =>
  new Set(
    title
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 3),
  );
