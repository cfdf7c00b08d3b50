import { tokenFits, tokenKey, urlToken } from '../../shared/ids.ts';

/** How long a link for the wall can be open, in hours. */
export const entranceHours = [1, 2, 4, 8, 12] as const;

export const entranceToken = (secret: string, key: string): string => urlToken(secret, 'entrance', key);

/** The key inside a link for the wall, if it is one of ours; whether it is open, and for which event, is on file. */
export function entranceKey(secret: string, token: string | undefined): string | undefined {
  const key = token && tokenKey(token);
  return key && tokenFits(token, secret, 'entrance', key) ? key : undefined;
}
