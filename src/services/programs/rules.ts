/** Longest of a pushed message, and of what the bot shows of itself. Characters. */
export const longest = 4000;
export const longestStatus = 200;

/** Why somebody cannot be written to first; undefined when they can. */
export function mayBePushed({ uri, stopped }: { uri: string; stopped: boolean }): string | undefined {
  if (stopped) return 'push_stopped';
  return uri.startsWith('imified:') ? 'push_unreachable' : undefined;
}

/** Networks as Imified wrote them. */
const written: Record<string, string> = {
  jabber: 'Jabber',
  gtalk: 'Gtalk',
  aim: 'AIM',
  msn: 'MSN',
  yahoo: 'Yahoo',
  twitter: 'Twitter',
  sms: 'SMS',
  web: 'Web',
};
export const networkName = (network: string): string => written[network] ?? network;

/** Whether the bot itself is on a network; not to name one is to mean it. Gtalk was Jabber. */
export const isOurs = (network: string): boolean => ['', 'jabber', 'gtalk'].includes(network.toLowerCase());
