import { clock } from '../../shared/time.ts';

/** Lifetimes of what is mailed or shown, in minutes. */
export const minutes = { signIn: 10, webCode: 10, mailCode: 10 } as const;

/** A session in a browser ends when it was not used for so many days. */
export const idleDays = 30;
/** One that is used ends so many days after signing in. */
export const longestDays = 90;

const day = 24 * 3600_000;

/** When a session began and was last used, in milliseconds. What is older than these notes has none, and is over. */
export type SessionTimes = { signedInAt?: number; seenAt?: number };

/** Whether a session still speaks for its person. One that began in the very moment of signing out everywhere is over. */
export function sessionStands(
  { signedInAt = 0, seenAt }: SessionTimes,
  { signedOutAt }: { signedOutAt: Date | null },
  now: Date,
): boolean {
  if (signedOutAt && signedInAt <= signedOutAt.getTime()) return false;
  if (now.getTime() - signedInAt > longestDays * day) return false;
  return seenAt === undefined || now.getTime() - seenAt <= idleDays * day;
}

/** Whether it is time to note that a session is in use: once a day, so that it costs no write a request. */
export const isUnseen = ({ seenAt = 0 }: SessionTimes, now: Date): boolean => now.getTime() - seenAt >= day;

/** Wrong guesses that a mailed code stands. */
export const guesses = 5;

/** Codes that one chat address may have mailed, and that one mailbox may get, in 24 hours. */
export const codesADay = 10;

/** `next` only ever leads within this site: a path that no browser takes for another host's. */
export const localPath = (next: unknown, otherwise = '/me'): string =>
  typeof next === 'string' && /^\/(?![/\\])[^\\\s\u0000-\u001f]*$/.test(next) && next.length < 500
    ? next
    : otherwise;

export const inMinutes = (now: Date, count: number): Date => new Date(now.getTime() + count * 60_000);

/** What the bot writes first of, in sorts that can be switched off one by one; see the notices' rules for what is in each. */
export const noticeSorts = [
  'places',
  'changes',
  'reconfirm',
  'sessions',
  'reminders',
  'announcements',
] as const;
export type NoticeSort = (typeof noticeSorts)[number];

export type QuietHours = { from: number; to: number };

/**
 * Until when somebody is not to be written to, by the clock of their zone; undefined when they may be now. Hours that end before they
 * begin go over midnight. On the night of a change of clocks the wall decides.
 */
export function quietUntil(hours: QuietHours, zone: string, now: Date): Date | undefined {
  const [hour = 0, minute = 0] = clock(now, zone).split(':').map(Number);
  const minutes = hour * 60 + minute;
  const { from, to } = hours;
  const isQuiet = from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
  if (!isQuiet) return undefined;
  const left = (to - minutes + 24 * 60) % (24 * 60);
  const seconds = now.getTime() % 60_000;
  return new Date(now.getTime() - seconds + left * 60_000);
}

/** What somebody has said of when they are not to be written to first. */
export type Quiet = { quietFrom: number | null; quietTo: number | null; zone: string | null };

/** The same for a person: never, for who has set no hours. */
export function quietFor({ quietFrom, quietTo, zone }: Quiet, now: Date): Date | undefined {
  if (quietFrom === null || quietTo === null || !zone) return undefined;
  return quietUntil({ from: quietFrom, to: quietTo }, zone, now);
}

/** The domain of whoever has been forgotten: nobody can have it (RFC 2606), and nothing is sent there. */
export const nobodysDomain = 'nobody.invalid';
/** Stands where the name, or in what others said the e-mail, of somebody stood who has been forgotten. */
export const nobody = '–';

/** In which language the bot talks at an address: that of its person once it is proved to be theirs, else what was chosen there. */
export const languageOf = (
  person: { language: string | null } | null,
  address: { language: string | null; linkedAt: unknown },
): string | null => (address.linkedAt ? person?.language : null) ?? address.language;
