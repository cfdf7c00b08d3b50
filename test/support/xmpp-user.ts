import { randomUUID } from 'node:crypto';
import { client } from '@xmpp/client';
import { component } from '@xmpp/component';
import { vi } from 'vitest';
import { el, ns } from '../../bot/transports/xmpp/stanza.ts';
import type { Entity, Stanza } from '../../bot/transports/xmpp/types.ts';
import type { Xmpp } from '../../src/config.ts';

/** Somebody else on the network: a client of xmpp.js as it comes, with none of what the bot adds to it. */
export type User = {
  jid: string;
  /** The full address. */
  here: string;
  entity: Entity;
  /** All that came, in order. */
  got: Stanza[];
  /** Bodies of the messages that came. */
  texts(from?: string): string[];
  /** The messages, presences or queries that came and fit. */
  find(fits: (stanza: Stanza) => boolean): Stanza | undefined;
  wait(fits: (stanza: Stanza) => boolean): Promise<Stanza>;
  /** Sends a chat message; resolves with its id. */
  say(to: string, text: string, ...more: Stanza[]): Promise<string>;
  /** Sends a message and waits for one that follows on it, from there. */
  ask(to: string, text: string, ...more: Stanza[]): Promise<string>;
  query(to: string, child: Stanza): Promise<Stanza>;
  leave(): Promise<void>;
};

export async function joinAs(port: number, name: string, password: string): Promise<User> {
  const entity = client({
    service: `xmpp://127.0.0.1:${port}`,
    domain: 'localhost',
    resource: 'phone',
    credentials: (authenticate) => authenticate({ username: name, password }, 'SCRAM-SHA-1'),
  });
  const user = makeUser(entity, `${name}@localhost`, undefined);
  await start(entity);
  await vi.waitFor(() => {
    if (!entity.streamManagement?.enabled) throw new Error('No stream management yet');
  });
  // Whoever has asked for their list of contacts is told what becomes of it.
  await entity.iqCaller.request(el('iq', { type: 'get' }, el('query', { xmlns: 'jabber:iq:roster' })));
  await entity.send(el('presence'));
  return user;
}

/** A whole server's worth of people, or whatever a component says that it is. */
export async function joinAsComponent(xmpp: Xmpp & { mode: 'component' }, name: string): Promise<User> {
  const entity = component({ service: xmpp.service, domain: xmpp.domain, password: xmpp.secret });
  const user = makeUser(entity, `${name}@${xmpp.domain}`, `${name}@${xmpp.domain}/phone`);
  await start(entity);
  return user;
}

async function start(entity: Entity): Promise<void> {
  entity.reconnect.stop();
  entity.on('error', () => {});
  await (entity as unknown as { start(): Promise<unknown> }).start();
}

function makeUser(entity: Entity, jid: string, from: string | undefined): User {
  const got: Stanza[] = [];
  entity.on('stanza', (stanza: Stanza) => got.push(stanza));
  const texts = (of = '') =>
    got
      .filter((one) => one.name === 'message' && one.attrs.from?.startsWith(of))
      .flatMap((one) => one.getChild('body')?.getText() ?? []);
  const wait = (fits: (stanza: Stanza) => boolean) =>
    vi.waitFor(
      () => {
        const found = got.find(fits);
        if (!found) throw new Error('It has not come');
        return found;
      },
      { timeout: 8_000, interval: 10 },
    );
  const say = async (to: string, text: string, ...more: Stanza[]) => {
    const id = randomUUID();
    await entity.send(el('message', { to, from, id, type: 'chat' }, el('body', {}, text), ...more));
    return id;
  };
  return {
    jid,
    here: from ?? `${jid}/phone`,
    entity,
    got,
    texts,
    find: (fits) => got.find(fits),
    wait,
    say,
    ask: async (to, text, ...more) => {
      const before = got.length;
      await say(to, text, ...more);
      const isAnswer = (stanza: Stanza) =>
        got.indexOf(stanza) >= before && stanza.getChild('body') !== undefined && stanza.name === 'message';
      return (await wait(isAnswer)).getChild('body')?.getText() ?? '';
    },
    query: async (to, child) => {
      const id = randomUUID();
      await entity.send(el('iq', { to, from, id, type: 'get' }, child));
      return wait((stanza) => stanza.name === 'iq' && stanza.attrs.id === id);
    },
    leave: async () => {
      await (entity as unknown as { stop(): Promise<unknown> }).stop().catch(() => {});
    },
  };
}

export const isReceiptFor = (id: string) => (stanza: Stanza) =>
  stanza.getChild('received', ns.receipts)?.attrs.id === id;
