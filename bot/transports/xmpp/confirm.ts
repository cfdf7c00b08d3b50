import { bare, type Us } from './jid.ts';
import type { Link } from './link.ts';
import type { Pace } from './pace.ts';
import { el, ns } from './stanza.ts';
import type { Entity, Stanza, StreamManagement } from './types.ts';

/**
 * Sends messages and resolves when the server has them: that the socket took the bytes proves nothing. Rejects when
 * the connection went before, or when the message came back with an error that will pass.
 */
export type Confirm = {
  send(message: Stanza): Promise<void>;
  /** Asks the server for a sign of life. */
  ping(): Promise<void>;
};

/** After so long a run of messages the server is asked how many it has. */
const askAfter = 10;

export function confirming(parts: { entity: Entity; link: Link; us: Us; pace: Pace }): Confirm {
  const { entity } = parts;
  const ping = pinger(parts);
  const barrier = shared(ping);
  const acked = entity.streamManagement && acknowledged(entity, entity.streamManagement);
  const bounces = watchBounces(entity);
  return {
    ping,
    send: async (message) => {
      const bounced = bounces(message);
      try {
        if (acked && entity.streamManagement?.enabled) await Promise.race([acked(message), bounced.passing]);
        else {
          await entity.send(message);
          await Promise.race([barrier(), bounced.passing]);
        }
      } finally {
        bounced.forget();
      }
    },
  };
}

/**
 * XEP-0199. A component asks itself, by way of the server: what comes back has passed all that was sent before, and
 * the server's own name need not be known. An error is an answer too.
 */
function pinger({ entity, link, us, pace }: { entity: Entity; link: Link; us: Us; pace: Pace }) {
  const to = us.mode === 'client' ? us.domain : us.from();
  return async (): Promise<void> => {
    const gone = new AbortController();
    const lost = new Promise<never>((_resolve, reject) => {
      const fail = () => reject(new Error('The connection was lost'));
      link.once('lost', fail);
      gone.signal.addEventListener('abort', () => link.off('lost', fail));
    });
    const query = el('iq', { type: 'get', to, from: us.from() }, el('ping', { xmlns: ns.ping }));
    const pong = entity.iqCaller.request(query, pace.confirmWithin).catch((error) => {
      if ((error as Error).name !== 'StanzaError') throw error;
    });
    await Promise.race([pong, lost]).finally(() => gone.abort());
  };
}

/** One call for all who ask while another one is under way; it begins after the last of them asked. */
function shared(call: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        current = call();
        return current;
      });
    return next;
  };
}

type Waiting = { resolve: () => void; reject: (error: Error) => void };

function acknowledged(entity: Entity, sm: StreamManagement): (message: Stanza) => Promise<void> {
  const waiting = new Map<Stanza, Waiting>();
  let timer: NodeJS.Timeout | undefined;
  const settle = (message: Stanza, error?: Error) => {
    const one = waiting.get(message);
    waiting.delete(message);
    if (error) one?.reject(error);
    else one?.resolve();
  };
  sm.on('ack', (message: Stanza) => settle(message));
  sm.on('fail', (message: Stanza) => settle(message, new Error('The session was lost')));
  entity.on('nonza', (nonza: Stanza) => {
    // The server has ended the session, yet knows what it had: this must not be sent twice.
    if (nonza.is('failed', ns.sm) && nonza.attrs.h)
      for (const { stanza } of sm.outbound_q.slice(0, Math.max(0, Number(nonza.attrs.h) - sm.outbound)))
        settle(stanza);
  });
  entity.on('disconnect', () => setImmediate(dropUnqueued));

  /** What was written while the connection went, and is not in the queue of what will be sent again. */
  function dropUnqueued(): void {
    const queued = new Set(sm.outbound_q.map(({ stanza }) => stanza));
    for (const message of waiting.keys())
      if (!queued.has(message)) settle(message, new Error('The connection was lost'));
  }
  const ask = () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (sm.enabled) entity.send(el('r', { xmlns: ns.sm })).catch(() => {});
    }, askAfter);
  };
  return (message) =>
    new Promise((resolve, reject) => {
      waiting.set(message, { resolve, reject });
      entity.send(message).then(ask, (error) => settle(message, error));
    });
}

/** An error with `type="wait"` says to try again later (RFC 6120, 8.3.2); any other that trying again would not help. */
function watchBounces(entity: Entity): (message: Stanza) => { passing: Promise<never>; forget(): void } {
  const waiting = new Map<string, (error: Error) => void>();
  const name = (message: Stanza, to = '') => `${bare(to)} ${message.attrs.id}`;
  entity.on('stanza', (stanza: Stanza) => {
    if (stanza.name !== 'message' || stanza.attrs.type !== 'error') return;
    const error = stanza.getChild('error');
    if (error?.attrs.type !== 'wait') return;
    waiting.get(name(stanza, stanza.attrs.from))?.(new Error('The message came back'));
  });
  return (message) => {
    const key = name(message, message.attrs.to);
    const passing = new Promise<never>((_resolve, reject) => waiting.set(key, reject));
    passing.catch(() => {});
    return { passing, forget: () => waiting.delete(key) };
  };
}
