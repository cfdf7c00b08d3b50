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
  /** Somebody who is signed in: forms that mail nobody but them. */
  person_forms: { most: 40, seconds: 10 * minutes, daily: 200 },
} satisfies Record<string, Limit>;

export type Limits = Record<keyof typeof limits, Limit>;
export type LimitName = keyof Limits;

/** The limits of a process: its own where it was given any. */
export const limitsOf = (base: { limits?: Limits }): Limits => base.limits ?? limits;
