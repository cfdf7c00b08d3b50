/**
 * What a cookie of ours is called. Where people come by HTTPS its name says that this very host has set it, for all of it (RFC 6265bis, 4.1.3.2):
 * nobody on a neighbouring host can plant one.
 */
export const cookieName = (baseUrl: string, name: string): string =>
  baseUrl.startsWith('https:') ? `__Host-${name}` : name;
