import { randomUUID } from 'node:crypto';
import type { Xmpp } from '../../../src/config.ts';
import { resource, type Us } from './jid.ts';
import { el } from './stanza.ts';
import type { Entity } from './types.ts';

/** The stream would carry a password or what people write in plain text over a network. */
export class Insecure extends Error {}

export type Trust = (host: string) => boolean;

/** A client or component of xmpp.js, not yet connected, its own reconnecting switched off: that waits a fixed second. */
export async function makeEntity(xmpp: Xmpp, us: Us, trust: Trust): Promise<Entity> {
  const entity = xmpp.mode === 'client' ? await makeClient(xmpp, us, trust) : await makeComponent(xmpp, us);
  entity.reconnect.stop();
  entity.timeout = 10_000;
  return entity;
}

/** Refuses a stream that is neither encrypted nor to a host that is trusted without (by default: this machine). */
export function assertSafe(entity: Entity, trust: Trust): void {
  const host = entity.socket?.remoteAddress ?? new URL(entity.options.service).hostname;
  if (entity.socket?.secure === true && !entity.options.service.startsWith('ws:')) return;
  if (!trust(host)) throw new Insecure(`The stream to ${host} is not encrypted`);
}

async function makeClient(xmpp: Xmpp & { mode: 'client' }, us: Us, trust: Trust): Promise<Entity> {
  if (/^wss?:/.test(xmpp.service)) await provideWebSocket();
  const { client } = await import('@xmpp/client');
  const [username = ''] = us.jid.split('@');
  // SASL2 wants one (XEP-0388), which lasts as long as what it names.
  const userAgent = el('user-agent', { id: randomUUID() });
  return client({
    service: xmpp.service,
    domain: us.domain,
    resource,
    credentials: async (authenticate, mechanisms, _fast, entity) => {
      assertSafe(entity, trust);
      const mechanism = mechanisms.find((name) => name !== 'ANONYMOUS');
      if (!mechanism) throw new Error('The server offers no way to log in with a password');
      await authenticate({ username, password: xmpp.password }, mechanism, userAgent);
    },
  });
}

/** Node has one of its own from 22 on. */
async function provideWebSocket(): Promise<void> {
  globalThis.WebSocket ??= (await import('ws')).WebSocket as unknown as typeof globalThis.WebSocket;
}

async function makeComponent(xmpp: Xmpp & { mode: 'component' }, us: Us): Promise<Entity> {
  const { component } = await import('@xmpp/component');
  return component({ service: xmpp.service, domain: us.domain, password: xmpp.secret });
}
