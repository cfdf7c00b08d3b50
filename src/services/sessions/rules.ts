import { createHash } from 'node:crypto';
import type { Actor } from '../../context.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import { mayManage, refusedUnproved } from '../organising/rules.ts';

type Event = { name: string; kind: string; state: 'draft' | 'published' | 'cancelled'; endsAt: Date };

/** People propose sessions for a BarCamp; whatever else there is has its programme made for it. */
export const hasSessions = (event: { kind: string }): boolean => event.kind === 'barcamp';

/** Why nobody can propose a session for the event, or no longer; undefined while those who take part can. */
export function noProposals(event: Event, now: Date): Refusal | undefined {
  const data = { event: event.name };
  if (!hasSessions(event)) return refuse('not_found', 'no_sessions', data).refusal;
  if (event.state === 'cancelled') return refuse('gone', 'sessions_cancelled', data).refusal;
  if (event.endsAt <= now) return refuse('gone', 'sessions_over', data).refusal;
  return undefined;
}

/** Whoever takes part may propose: a living registration for the event, or a role on it. */
export const mayPropose = (actor: Actor, eventId: number, registered: boolean): boolean =>
  registered || mayManage(actor, eventId);

/** As many living sessions of one event as somebody may hold; what was withdrawn does not count, and its organisers may hold more. */
export const mostSessions = 10;

type Held = { hosts: { personId: number }[] };

/** Is one of its hosts. */
export const holds = ({ personId }: Actor, { hosts }: Held): boolean =>
  personId !== undefined && hosts.some((host) => host.personId === personId);

/** Its hosts and the event's organisers change, move and withdraw a session. */
export const mayHold = (actor: Actor, session: Held & { eventId: number }): boolean =>
  mayManage(actor, session.eventId) || holds(actor, session);

/** Why the actor cannot change, withdraw or restore a session of that number. */
export function refusedHolding(
  actor: Actor,
  session: (Held & { eventId: number; title: string }) | undefined,
  number: number,
): Refusal | undefined {
  if (!session) return refuse('not_found', 'session_unknown', { number }).refusal;
  const { title } = session;
  if (!mayHold(actor, session)) return refuse('forbidden', 'not_host', { title }).refusal;
  return refusedUnproved(actor);
}

type Texts = {
  title: string;
  abstract: string;
  kind: string;
  minutes: number | null;
  level: string;
  language: string;
  features: string[];
  tags: string[];
  links: { kind: string; url: string; title: string }[];
};

/** Another one whenever a text or a link of the session is: what an editor saw, so that nobody writes over what they did not see. */
export function revisionOf(session: Texts): string {
  const { title, abstract, kind, minutes, level, language, features, tags, links } = session;
  // The database gives a link's parts in an order of its own.
  const rows = links.map((link) => [link.kind, link.url, link.title]);
  const texts = JSON.stringify([title, abstract, kind, minutes, level, language, features, tags, rows]);
  return createHash('sha256').update(texts).digest('base64url').slice(0, 22);
}

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

/** A tag that more sessions than this have tells nothing of any two of them. */
const oftenUsed = 4;

/** Pairs that may be one session: a rare tag in common, or two words of the titles. Numbers of the sessions, smaller first. */
export function likelyMerges(sessions: Alike[]): { pair: [number, number]; common: string[] }[] {
  const uses = new Map<string, number>();
  for (const tag of sessions.flatMap((one) => one.tags)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  const telling = (tags: string[]) => new Set(tags.filter((tag) => uses.get(tag)! <= oftenUsed));
  const known = sessions.map((one) => ({ one, tags: telling(one.tags), words: titleWords(one.title) }));
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

export const orders = ['newest', 'time', 'title'] as const;
export type Asked = { tag: string; words: string; mine: boolean; order: (typeof orders)[number] };

type Listed = Alike & {
  abstract: string;
  hosts: { personId: number; name: string }[];
  starred: boolean;
  createdAt: Date;
  place: { startsAt: Date; room: string } | null;
};

/** The sessions of a list that has a tag, all the words, and is held or starred by the person, in the order asked for. */
export function pick<S extends Listed>(sessions: S[], asked: Asked, personId?: number): S[] {
  const words = asked.words
    .toLowerCase()
    .split(/[\s,#]+/)
    .filter(Boolean);
  return sessions
    .filter((one) => !asked.tag || one.tags.includes(asked.tag))
    .filter((one) => !asked.mine || one.starred || one.hosts.some((host) => host.personId === personId))
    .filter((one) => words.every((word) => textOf(one).includes(word)))
    .sort(by[asked.order]);
}

const textOf = ({ number, title, abstract, tags, hosts }: Listed): string =>
  [`#${number}`, title, abstract, ...tags, ...hosts.map((host) => host.name)].join('\n').toLowerCase();

/** Those without a place come last where the order is one of time. */
const by: Record<Asked['order'], (a: Listed, b: Listed) => number> = {
  newest: (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.number - a.number,
  time: (a, b) =>
    (a.place?.startsAt.getTime() ?? Number.MAX_SAFE_INTEGER) -
      (b.place?.startsAt.getTime() ?? Number.MAX_SAFE_INTEGER) ||
    (a.place?.room ?? '').localeCompare(b.place?.room ?? '', 'en', { numeric: true }) ||
    a.number - b.number,
  title: (a, b) => a.title.localeCompare(b.title, 'en', { numeric: true }) || a.number - b.number,
};
