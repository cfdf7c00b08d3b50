import { domainOf, type Us } from './jid.ts';
import { el, ns } from './stanza.ts';
import type { Entity, Stanza } from './types.ts';

/** Tells chat rooms from people: what is said in private in a room comes as `chat` from `room@domain/nick`. */
export type Rooms = { isRoom(jid: string): Promise<boolean> };

const remember = 24 * 3_600_000;
const askAgain = 10 * 60_000;
const patience = 3_000;
const most = 2_000;

/** Asks each new domain once what it is (XEP-0030); one that sends a room's presence is known without. */
export function knowRooms(entity: Entity, us: Us): Rooms {
  const known = new Map<string, { room: Promise<boolean>; until: number }>();
  const keep = (domain: string, room: Promise<boolean>, ms: number) => {
    if (known.size >= most) known.delete(known.keys().next().value ?? '');
    known.set(domain, { room, until: performance.now() + ms });
  };
  entity.on('stanza', (stanza: Stanza) => {
    if (stanza.name === 'presence' && stanza.getChild('x', ns.mucUser))
      keep(domainOf(stanza.attrs.from ?? ''), Promise.resolve(true), remember);
  });
  const ask = (domain: string) => {
    const query = el('query', { xmlns: ns.discoInfo });
    const answer = entity.iqCaller.request(
      el('iq', { type: 'get', to: domain, from: us.from() }, query),
      patience,
    );
    return answer.then(isConference, () => {
      keep(domain, Promise.resolve(false), askAgain);
      return false;
    });
  };
  return {
    isRoom: (jid) => {
      const domain = domainOf(jid);
      // Our own account's server: rooms are at a domain below it.
      if (us.mode === 'client' && domain === us.domain) return Promise.resolve(false);
      const found = known.get(domain);
      if (found && found.until > performance.now()) return found.room;
      const room = ask(domain);
      keep(domain, room, remember);
      return room;
    },
  };
}

const isConference = (result: Stanza): boolean =>
  result
    .getChild('query', ns.discoInfo)
    ?.getChildren('identity')
    .some(({ attrs }) => attrs.category === 'conference') ?? false;
