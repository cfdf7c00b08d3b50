import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../src/log.ts';
import { assertSafe, type Trust } from './entity.ts';
import type { Us } from './jid.ts';
import type { Pace } from './pace.ts';
import { sessionOf } from './session.ts';
import { hangUp } from './sturdy.ts';
import { type Trouble, understand, waitFor } from './trouble.ts';
import type { Entity } from './types.ts';

/** Emits `ready` with whether the session is a new one, and `lost`. */
export type Link = EventEmitter & {
  online(): boolean;
  /** Resolves as soon as stanzas may be sent; rejects once the link is closed for good. */
  whenOnline(): Promise<void>;
  close(): Promise<void>;
};

/** So often is a server not believed that it does not know us. */
const believed = 5;

type Parts = { entity: Entity; us: Us; pace: Pace; log: Log; trust: Trust };

/** Keeps the entity connected for ever: each time that the connection is lost or cannot be made, it waits and tries again. */
export function keepLinked(parts: Parts): Link {
  const { entity, us, pace, log } = parts;
  const link = new EventEmitter().setMaxListeners(0);
  const closed = new AbortController();
  let online = false;
  let error: unknown;
  let said = '';
  /** How often in a row the server has refused our credentials. */
  let refused = 0;
  const forgetExchanges = remembering(entity);
  entity.on('error', (what) => {
    // Of a stream that is in use only the server's last word says why it ends.
    if (!online || (what as Error).name === 'StreamError') error = what;
    else log.debug({ reason: (what as Error).message }, 'xmpp: error');
  });

  const say = (trouble: Trouble) => {
    if (closed.signal.aborted) return;
    // The same line once, however long it lasts.
    if (trouble.line === said) return log.debug(trouble.line);
    said = trouble.line;
    if (trouble.kind === 'passing') log.warn(trouble.line);
    else log.error(trouble.line);
  };
  const stay = async (fresh: boolean) => {
    online = true;
    refused = 0;
    said = '';
    log.info(fresh ? `xmpp: ${us.jid} is online` : `xmpp: ${us.jid} is online again`);
    link.emit('ready', fresh);
    await ended(entity);
    online = false;
    link.emit('lost');
  };
  const run = async () => {
    for (let failures = 1; !closed.signal.aborted; failures++) {
      error = undefined;
      const start = performance.now();
      await connect(parts, closed.signal)
        .then(stay)
        .catch((what) => {
          error ??= what;
        });
      if (performance.now() - start > 10 * pace.backoff) failures = 1;
      await gone(entity);
      forgetExchanges();
      const trouble = understand(error ?? {}, us);
      say(trouble);
      // A server that has just begun may not know its accounts yet (Prosody 0.12.3): it is asked again soon, a few times.
      const doubted = trouble.kind === 'credentials' && ++refused <= believed;
      await pause(waitFor({ ...trouble, soon: trouble.soon || doubted }, failures, pace), closed.signal);
    }
  };
  const running = run();
  return Object.assign(link, {
    online: () => online,
    whenOnline: async () => {
      while (!online) {
        closed.signal.throwIfAborted();
        await once(link, 'ready', { signal: closed.signal });
      }
    },
    close: async () => {
      closed.abort(new Error('The connection is closed'));
      if (online) await farewell(entity);
      hangUp(entity);
      await running;
      // Whoever still waits for an acknowledgement waits in vain.
      entity.emit('offline');
    },
  });
}

/** One attempt, from the socket to a session. Rejects with the first error, or when it takes too long. */
async function connect({ entity, trust, pace, us }: Parts, closed: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const signal = AbortSignal.any([closed, AbortSignal.timeout(pace.connectWithin)]);
  const dial = async () => {
    const session = sessionOf(entity, over.signal);
    await entity.connect(entity.options.service);
    // A component shows its secret in the first stanza; a client is asked again before it logs in.
    if (us.mode === 'component') assertSafe(entity, trust);
    await entity.open({ domain: us.domain });
    return session;
  };
  const fail = new Promise<never>((_resolve, reject) => {
    entity.once('error', reject);
    entity.once('disconnect', () => reject(new Error('the server closed the connection')));
    signal.addEventListener('abort', () => reject(new Error('the server does not answer')));
    over.signal.addEventListener('abort', () => entity.off('error', reject));
  });
  fail.catch(() => {});
  try {
    return await Promise.race([dial(), fail]);
  } finally {
    over.abort();
  }
}

/**
 * What the library leaves behind of an exchange that the end of its connection cut short: a log-in would answer the next one's challenge
 * too, with the words for the last one. To be called when the connection is gone.
 */
function remembering(entity: Entity): () => void {
  const lasting = new Set(entity.listeners('nonza'));
  return () => {
    for (const listener of entity.listeners('nonza'))
      if (!lasting.has(listener)) entity.off('nonza', listener as never);
  };
}

/** A late event of a socket that is going would be taken for one of the next. */
async function gone(entity: Entity): Promise<void> {
  hangUp(entity);
  for (let look = 0; entity.socket && look < 100; look++) await sleep(10);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Closes the stream in order and gives the server two seconds to do the same (RFC 6120, 4.4). */
async function farewell(entity: Entity): Promise<void> {
  const end = ended(entity);
  const said = entity.write(entity.footer(entity.footerElement())).catch(() => {});
  await Promise.race([said.then(() => end), sleep(2_000, undefined, { ref: false })]);
}

/** Not `once`: that rejects at any error on the way. */
async function ended(entity: Entity): Promise<void> {
  if (entity.status === 'disconnect' || entity.status === 'offline') return;
  await new Promise((resolve) => entity.once('disconnect', resolve));
}
