import { AsyncLocalStorage } from 'node:async_hooks';

const languageOf = new AsyncLocalStorage<string>();

/** Runs something, and all that it waits for, in a language (BCP 47): the words and the times that come of it are in that one. */
export const speaking = <R>(language: string, run: () => R): R => languageOf.run(language, run);

/** The language that is spoken: English, where nobody has said another. */
export const spoken = (): string => languageOf.getStore() ?? 'en';

/** How its people write times: the English of this site is that of Britain, `Sat 30 May`. */
export const locale = (): string => (spoken() === 'en' ? 'en-GB' : spoken());
