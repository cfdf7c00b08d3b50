/** Lifetimes of what is mailed or shown, in minutes. */
export const minutes = { signIn: 10, webCode: 10, mailCode: 15 } as const;

/** Wrong guesses that a mailed code stands. */
export const guesses = 5;

/** `next` only ever leads within this site: a path that no browser takes for another host's. */
export const localPath = (next: unknown, otherwise = '/me'): string =>
  typeof next === 'string' && /^\/(?![/\\])[^\\\s\u0000-\u001f]*$/.test(next) && next.length < 500
    ? next
    : otherwise;

export const inMinutes = (now: Date, count: number): Date => new Date(now.getTime() + count * 60_000);

/** The domain of whoever has been forgotten: nobody can have it (RFC 2606), and nothing is sent there. */
export const nobodysDomain = 'nobody.invalid';
