import { ns } from './stanza.ts';
import type { Stanza } from './types.ts';

/**
 * A body without what is there only for clients that know less (XEP-0428): the quotation above a reply (XEP-0461).
 * Where the whole body is that (a reaction, a message taken back), nothing is left.
 */
export function withoutFallback(message: Stanza, body: string): string {
  const ranges = message.getChildren('fallback', ns.fallback).flatMap(rangesOf).slice(0, most);
  if (ranges.length === 0) return body;
  // They count code points, not what JavaScript calls characters.
  const points = [...body];
  return points.filter((_point, at) => !ranges.some(([start, end]) => at >= start && at < end)).join('');
}

/** Clients mark one or two. */
const most = 8;

function rangesOf(fallback: Stanza): [number, number][] {
  const bodies = fallback.getChildren('body');
  if (bodies.length === 0) return fallback.getChildElements().length === 0 ? [[0, Infinity]] : [];
  return bodies.map(({ attrs }) => [Number(attrs.start ?? 0), Number(attrs.end ?? Infinity)]);
}
