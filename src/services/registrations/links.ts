import { tokenFits, urlToken } from '../../shared/ids.ts';

// A link that is shown opens a registration for whoever registered, though the address is perhaps somebody else's. One that
// was mailed does the same, and whoever presses something on its page has read that mailbox. Each kind ends by itself.

/** What is on file of a registration's links: the random half, and how often those of each kind were ended. */
export type Keyed = { key: string; generation: number };
export type Mailed = { key: string; mailGeneration: number };

/** The link that opens one registration, as it is shown: `/r/:token`. */
export const manageToken = (secret: string, row: Keyed): string =>
  urlToken(secret, 'manage', row.key, row.generation);

/** The code in the ticket's QR: proves the registration at the door, opens nothing. */
export const ticketToken = (secret: string, row: Keyed): string =>
  urlToken(secret, 'ticket', row.key, row.generation);

/** The same two as they are mailed. */
export const mailedToken = (secret: string, row: Mailed): string =>
  urlToken(secret, 'mailed', row.key, row.mailGeneration);

export const mailedTicketToken = (secret: string, row: Mailed): string =>
  urlToken(secret, 'mailed-ticket', row.key, row.mailGeneration);

/** The link that opens one registration, for a mail. */
export const mailedLink = (site: { baseUrl: string; secret: string }, row: Mailed): string =>
  `${site.baseUrl}/r/${mailedToken(site.secret, row)}`;

export type Purpose = 'manage' | 'ticket';

/** How the token came to whoever has it; undefined when it opens nothing (any more). */
export function wayOf(
  secret: string,
  token: string,
  purpose: Purpose,
  row: Keyed & Mailed,
): 'shown' | 'mailed' | undefined {
  const mailed = purpose === 'manage' ? 'mailed' : 'mailed-ticket';
  if (tokenFits(token, secret, purpose, row.key, row.generation)) return 'shown';
  return tokenFits(token, secret, mailed, row.key, row.mailGeneration) ? 'mailed' : undefined;
}
