import { AsyncLocalStorage } from 'node:async_hooks';
import type { Reply } from './chat.ts';

/** Who is spoken to: in which language (BCP 47), and by which clock they live (IANA), as far as they have told. */
export type Listener = { language?: string | null; zone?: string | null };

const listener = new AsyncLocalStorage<Listener>();

/** Runs something, and all that it waits for, for somebody: the words that come of it are theirs, and times are said by their clock too. */
export const speaking = <R>(to: Listener, run: () => R): R => listener.run(to, run);

/** The language that is spoken: English, where nobody has said another. */
export const spoken = (): string => listener.getStore()?.language ?? 'en';

/** How its people write times: the English of this site is that of Britain, `Sat 30 May`. */
export const locale = (): string => (spoken() === 'en' ? 'en-GB' : spoken());

/** Whose clock is the listener's; undefined where they have not told. */
export const ownZone = (): string | undefined => listener.getStore()?.zone ?? undefined;

/** A reply with the language that it is in, where that is not English: for screen readers and clients. */
export const withLanguage = (reply: Reply): Reply =>
  spoken() === 'en' ? reply : { ...reply, language: spoken() };
