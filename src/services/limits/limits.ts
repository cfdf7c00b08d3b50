/** So often within a window of so many seconds that begins with the first time, and so often within a day. */
export type Limit = { most: number; seconds: number; daily: number };

const minutes = 60;
const hour = 60 * minutes;

/**
 * How often something may be done that costs others something: mails above all. docs/limits.md shows this table. The
 * subject of each (whose count it is) is named in its comment; subjects are kept as keyed hashes.
 */
export const limits = {
  /** A mailbox: sign-in mails. One more is not sent, and nobody is told. */
  mailbox_sign_in: { most: 3, seconds: 15 * minutes, daily: 10 },
  /** A registration: its link, asked for once more by registering again. */
  registration_link: { most: 1, seconds: hour, daily: 24 },
  /** An address of the network (IPv6: a /64): forms that mail, by people who are not signed in. */
  network_forms: { most: 20, seconds: 10 * minutes, daily: 100 },
  /** A chat address: registrations and other forms that mail. */
  chat_forms: { most: 10, seconds: 10 * minutes, daily: 30 },
  /** Somebody who is signed in, or whose chat is linked: forms that mail nobody but them. */
  person_forms: { most: 40, seconds: 10 * minutes, daily: 200 },
  /** A link for the wall of one event: registrations that come by it. */
  entrance_forms: { most: 600, seconds: 10 * minutes, daily: 3000 },
  /** Somebody who holds a session: others whom they ask to hold it with them. */
  person_invitations: { most: 10, seconds: hour, daily: 30 },
  /** Somebody who is signed in: copies of what is on file of them. */
  person_copies: { most: 3, seconds: hour, daily: 10 },
  /** A mailbox: mails of what anybody can bring about by a form. One more waits, and falls away if it is not true any more. */
  mailbox_mail: { most: 20, seconds: hour, daily: 60 },
  /** The site: mails to addresses that nobody has proved, and more as it grows (see `siteGrows`). One more is held. */
  site_mail: { most: 200, seconds: hour, daily: Number.POSITIVE_INFINITY },
  /** A chat address, somebody who is signed in, a network: answers that say of an address that it is known. Then all answers are the same. */
  known_answers: { most: 3, seconds: hour, daily: 30 },
} satisfies Record<string, Limit>;

/** So many mails more an hour for each person who has proved their address, and each place of an event to come: up to so many an event, and so many of one without a number. */
export const siteGrows = { aPerson: 0.5, aPlace: 1, mostPlaces: 1000, unlimited: 200 };

export type Limits = Record<keyof typeof limits, Limit>;
export type LimitName = keyof Limits;

/** The limits of a process: its own where it was given any. */
export const limitsOf = (base: { limits?: Limits }): Limits => base.limits ?? limits;
