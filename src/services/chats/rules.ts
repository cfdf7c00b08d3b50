import { createHash } from 'node:crypto';

/** The chat of a signed-in person: one conversation, whatever browser they use. */
export const personChat = (personId: number): string => `web:person-${personId}`;

/** The chat of somebody who is not signed in, named by the random key of their session. Hexadecimal: it is never a person's. */
export const visitorChat = (chatKey: string): string =>
  `web:${createHash('sha256').update(chatKey).digest('hex').slice(0, 32)}`;
