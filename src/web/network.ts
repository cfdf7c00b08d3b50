import type { Request } from 'express';
import { networkOf } from '../shared/network.ts';
import { isAtThisComputer, isLoopback } from '../shared/this-computer.ts';

/** Where a request came from, as far as that is known; by it commands limit how often. */
export type NetworkOf = (req: Request) => string | undefined;

/** After a browser's request without a word of whom it is for, so long no such word is believed. Milliseconds. */
const remembered = 3_600_000;

/** Programs without that word weigh as much as so many requests with it, at most. */
const mostDoubt = 20;

/**
 * A proxy in front says for whom it asks (X-Forwarded-For), and Express takes the last of whom it names. The plainest one (nginx
 * with `proxy_pass` alone) says nothing and hands on what clients write there themselves: then nobody's network is known, so that
 * no client chooses what it is counted by, and people behind one proxy are not locked out together. `warn` is called each time that it
 * falls silent. At this computer there is no proxy, and everybody is who they are.
 */
export function networks(
  baseUrl: string,
  warn: () => void,
  now: () => number = () => performance.now(),
): NetworkOf {
  if (isAtThisComputer(baseUrl)) return networkFrom;
  const saysNothing = silence(now);
  let wasSilent = false;
  return (req) => {
    if (!isLoopback(req.socket.remoteAddress ?? '')) return networkFrom(req);
    const isSilent = saysNothing(req);
    if (isSilent && !wasSilent) warn();
    wasSilent = isSilent;
    const isNamed = req.get('x-forwarded-for') !== undefined && !isLoopback(req.ip ?? '');
    return isNamed && !isSilent ? networkOf(req.ip) : undefined;
  };
}

/**
 * Whether the proxy is taken for one that says nothing. A browser without the word shows it, for an hour, whatever others write. Programs
 * without it may be those of this computer that look whether the site is up: they show it while they outweigh what comes with the word.
 */
function silence(now: () => number): (req: Request) => boolean {
  let seenAt: number | undefined;
  let doubt = 0;
  return (req) => {
    const isNamed = req.get('x-forwarded-for') !== undefined;
    if (!isNamed && isBrowser(req)) seenAt = now();
    doubt = Math.min(mostDoubt, Math.max(-mostDoubt, doubt + (isNamed ? -1 : 1)));
    return doubt > 0 || (seenAt !== undefined && now() - seenAt <= remembered);
  };
}

/** Every browser says which languages its person reads; programs say nothing of it, or any. */
const isBrowser = (req: Request): boolean => /[a-z]/i.test(req.get('accept-language') ?? '');

/** A proxy that names nobody, or nonsense, is itself the one. */
const networkFrom: NetworkOf = (req) => networkOf(req.ip) ?? networkOf(req.socket.remoteAddress);
