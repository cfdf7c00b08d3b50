import type { Log } from '../../../src/log.ts';
import type { Link } from './link.ts';
import type { Pace } from './pace.ts';
import { hangUp } from './sturdy.ts';
import type { Entity } from './types.ts';

/**
 * Pings the server when nothing came from it for a while, and hangs up when that brings nothing: the network has gone silently,
 * or the parser hears no more (after a DOCTYPE it waits for its end). `paused` says that we do not read on purpose.
 */
export function watch(
  parts: { entity: Entity; link: Link; pace: Pace; log: Log },
  ping: () => Promise<void>,
  paused: () => boolean,
): () => void {
  const { entity, link, pace, log } = parts;
  let heard = true;
  let asked: NodeJS.Timeout | undefined;
  const hear = () => {
    heard = true;
    clearTimeout(asked);
  };
  const look = () => {
    if (link.online() && !heard && !paused()) {
      ping().catch(() => {});
      clearTimeout(asked);
      asked = setTimeout(() => {
        log.warn('xmpp: the server is silent, connecting again');
        hangUp(entity);
      }, pace.pingWithin);
      asked.unref();
    }
    heard = false;
  };
  entity.on('element', hear);
  link.on('lost', () => clearTimeout(asked));
  const timer = setInterval(look, pace.pingEvery);
  timer.unref();
  return () => {
    clearInterval(timer);
    clearTimeout(asked);
  };
}
