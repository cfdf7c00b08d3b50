import { createHmac } from 'node:crypto';

/** Where the mailbox page is, of a site without a mail server. */
export const mailboxPath = '/dev/mail';

/**
 * What opens the mailbox page: whoever has the console of the site. Derived from the secret, so that it is the same for all
 * processes on a data folder, and at the next start.
 */
export const mailboxKey = (secret: string): string =>
  createHmac('sha256', secret).update('mailbox').digest('base64url').slice(0, 22);

/** The address that the console prints; the key is taken out of the address bar at once. */
export const mailboxUrl = (site: { baseUrl: string; secret: string }): string =>
  `${site.baseUrl}${mailboxPath}?key=${mailboxKey(site.secret)}`;
