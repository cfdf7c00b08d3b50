import type { Request } from 'express';
import { networkOf } from '../shared/network.ts';
import { isAtThisComputer, isLoopback } from '../shared/this-computer.ts';

/** Where a request came from, as far as that is known; by it commands limit how often. */
export type NetworkOf = (req: Request) => string | undefined;

/** After a request without a word of whom it is for, so long no such word is believed. Milliseconds. */
const remembered = 3_600_000;

/**
 * A proxy in front says for whom it asks (X-Forwarded-For), and Express takes the last of whom it names. The plainest one (nginx
 * with `proxy_pass` alone) says nothing and hands on what clients write there themselves: then nobody's network is known, so that
 * no client chooses what it is counted by, and people behind one proxy are not locked out together. That it says nothing is seen
 * by any request that comes without; `warn` is called once. At this computer there is no proxy, and everybody is who they are.
 */
export function networks(
  baseUrl: string,
  warn: () => void,
  now: () => number = () => performance.now(),
): NetworkOf {
  if (isAtThisComputer(baseUrl)) return networkFrom;
  let silentAt: number | undefined;
  return (req) => {
    if (!isLoopback(req.socket.remoteAddress ?? '')) return networkFrom(req);
    if (req.get('x-forwarded-for') === undefined) {
      if (silentAt === undefined) warn();
      silentAt = now();
    }
    const isBelieved = silentAt === undefined || now() - silentAt > remembered;
    return isBelieved && !isLoopback(req.ip ?? '') ? networkOf(req.ip) : undefined;
  };
}

/** A proxy that names nobody, or nonsense, is itself the one. */
const networkFrom: NetworkOf = (req) => networkOf(req.ip) ?? networkOf(req.socket.remoteAddress);
