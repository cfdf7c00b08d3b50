import type { RegistrationState } from '../../db/schema.ts';
import type { ChangeKind, EventChange } from '../../jobs/enqueue.ts';
import type { NoticeSort } from '../people/rules.ts';

/** What a notice about a registration tells: what became of it, or of the event that it is for. */
export type RegistrationKind = ChangeKind | EventChange | 'announced' | 'reconfirm';

/** `grid_changed`: what became of sessions that somebody starred or holds. `session_soon`: they are about to begin. */
export type NoticeKind = RegistrationKind | GridKind | OrganiserKind;
/** To organisers: many strangers have come at once. */
export type OrganiserKind = 'strangers';
export type GridKind = 'grid_changed' | 'session_soon';

type Rule = {
  /** `always`: also to those who want no mail. `unless_stopped`: what a List-Unsubscribe header is on, and ends. `no`: it would come too late. */
  mail: 'always' | 'unless_stopped' | 'no';
  /** `no`: not by chat. `others`: not to the chat address that registered, which has just read the same as its answer. */
  chat: 'yes' | 'others' | 'no';
  /** What it is switched off with, in the chat. */
  sort: NoticeSort;
  /**
   * What has brought it about, of a recipient whom nobody has proved to be. `form`: what anybody can do by a form or a link that they were
   * given, as often as they like. `stranger`: what follows from that by itself. `organiser`: what an organiser has done.
   */
  cause: 'form' | 'stranger' | 'organiser';
};

/**
 * Who wants no mail still gets the answer to what they did, and what they must not miss: a place that became free and
 * would be wasted, one that was taken from them, an event that does not take place. What remains can be ended.
 * Chat is ended by `stop`, for all of it or for one sort.
 */
export const noticeRules: Record<NoticeKind, Rule> = {
  confirmed: { mail: 'always', chat: 'others', sort: 'places', cause: 'form' },
  waitlisted: { mail: 'always', chat: 'others', sort: 'places', cause: 'form' },
  cancelled: { mail: 'always', chat: 'yes', sort: 'places', cause: 'form' },
  party: { mail: 'always', chat: 'others', sort: 'places', cause: 'form' },
  // The link is asked for by a stranger as easily as by the owner: to the mailbox alone.
  link: { mail: 'always', chat: 'no', sort: 'places', cause: 'form' },
  promoted: { mail: 'always', chat: 'yes', sort: 'places', cause: 'stranger' },
  offered: { mail: 'always', chat: 'yes', sort: 'places', cause: 'stranger' },
  lapsed: { mail: 'always', chat: 'yes', sort: 'places', cause: 'stranger' },
  prove: { mail: 'always', chat: 'yes', sort: 'places', cause: 'stranger' },
  unproved: { mail: 'always', chat: 'yes', sort: 'places', cause: 'stranger' },
  moved_to_waiting: { mail: 'always', chat: 'yes', sort: 'places', cause: 'organiser' },
  event_cancelled: { mail: 'always', chat: 'yes', sort: 'changes', cause: 'organiser' },
  event_changed: { mail: 'unless_stopped', chat: 'yes', sort: 'changes', cause: 'organiser' },
  reconfirm: { mail: 'always', chat: 'yes', sort: 'reconfirm', cause: 'stranger' },
  announced: { mail: 'unless_stopped', chat: 'yes', sort: 'announcements', cause: 'organiser' },
  // To the hosts always: see grid-rules.ts.
  grid_changed: { mail: 'unless_stopped', chat: 'yes', sort: 'sessions', cause: 'stranger' },
  strangers: { mail: 'always', chat: 'yes', sort: 'changes', cause: 'organiser' },
  session_soon: { mail: 'no', chat: 'yes', sort: 'reminders', cause: 'stranger' },
};

/** Mails of what ends a registration, or of an event that is off, have no word of the link that proves an address. */
export const withoutProof: NoticeKind[] = ['cancelled', 'lapsed', 'unproved', 'event_cancelled'];

/**
 * The condition that the registration `r` was told by mail that it is asked for proof, at the time in a parameter or before: by a notice
 * that was made since. What was made before, as when they registered, may have asked for nothing.
 */
export const toldOfProof = (mailedBy: string): string =>
  `exists (select from notices n where n.registration_id = r.id and n.mailed_at <= ${mailedBy}::timestamptz
    and n.kind <> all('{${withoutProof}}') and (r.prove_asked_at is null or n.created_at >= r.prove_asked_at))`;

export const noticeKinds = Object.keys(noticeRules) as NoticeKind[];

export const kindsWith = (holds: (rule: Rule) => boolean): NoticeKind[] =>
  noticeKinds.filter((kind) => holds(noticeRules[kind]));

/** Told in quiet hours too: they have asked to be told then. */
export const urgent: NoticeKind[] = ['session_soon'];

const ofEvent: RegistrationKind[] = ['event_changed', 'event_cancelled'];
const ofState: RegistrationKind[] = [
  'confirmed',
  'waitlisted',
  'promoted',
  'offered',
  'lapsed',
  'unproved',
  'moved_to_waiting',
  'cancelled',
];

/** Whether the person was told that the event is off, and now is told that it is on again. `older`: what was sent before. */
export const isOnAgain = (kind: RegistrationKind, older: RegistrationKind[]): boolean =>
  kind === 'event_changed' && older.filter((one) => ofEvent.includes(one)).at(-1) === 'event_cancelled';

/** Whether the notice goes by mail. */
export const mailDue = (
  kind: RegistrationKind,
  { notify, older }: { notify: boolean; older: RegistrationKind[] },
): boolean => noticeRules[kind].mail === 'always' || notify || isOnAgain(kind, older);

/** How things stand when the notice is about to be sent. */
export type Standing = {
  kind: RegistrationKind;
  registration: RegistrationState;
  /** They have said that they still come. */
  reconfirmed?: boolean;
  /** They are asked to prove their address, and have not. */
  asked?: boolean;
  event: { state: 'draft' | 'published' | 'cancelled'; endsAt: Date };
  /** Kinds of the notices about the same registration that were made after this one. */
  newer: RegistrationKind[];
  /** The person has registered for the event again since. */
  again: boolean;
};

export type Untrue = 'event_over' | 'superseded' | 'no_longer_so' | 'event_not_so';

/** Why the notice would be wrong or needless by now, or undefined. The newest of its sort is told, however late it is. */
export function untrueBecause(standing: Standing, now: Date): Untrue | undefined {
  const { kind, event, newer } = standing;
  if (event.endsAt <= now) return 'event_over';
  if (newer.some((one) => supersedes(one, kind))) return 'superseded';
  if (!eventFits(kind, event.state)) return 'event_not_so';
  return registrationFits(standing) ? undefined : 'no_longer_so';
}

const supersedes = (newer: RegistrationKind, older: RegistrationKind): boolean =>
  (newer === older && newer !== 'announced') ||
  [ofEvent, ofState].some((sort) => sort.includes(newer) && sort.includes(older));

/** A cancelled event tells of its cancellation and of that of registrations, and of nothing else. */
function eventFits(kind: RegistrationKind, state: Standing['event']['state']): boolean {
  if (kind === 'event_cancelled') return state === 'cancelled';
  // What organisers say of a cancelled event is said.
  if (kind === 'announced') return state !== 'draft';
  return kind === 'cancelled' || kind === 'lapsed' || kind === 'unproved' || state !== 'cancelled';
}

function registrationFits({ kind, registration, again, reconfirmed, asked }: Standing): boolean {
  switch (kind) {
    case 'reconfirm':
      return registration === 'confirmed' && !reconfirmed;
    case 'prove':
      return registration !== 'cancelled' && asked === true;
    case 'confirmed':
    case 'promoted':
      return registration === 'confirmed';
    case 'waitlisted':
    case 'moved_to_waiting':
      return registration === 'waitlisted';
    case 'offered':
      return registration === 'offered';
    case 'cancelled':
    case 'lapsed':
    case 'unproved':
      return registration === 'cancelled' && !again;
    case 'link':
    case 'party':
    case 'event_changed':
    case 'event_cancelled':
    case 'announced':
      return registration !== 'cancelled';
    default:
      return kind satisfies never;
  }
}
