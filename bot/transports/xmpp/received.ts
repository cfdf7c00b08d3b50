import { el, ns } from './stanza.ts';
import type { Entity, Stanza } from './types.ts';

/**
 * Tells the server how many stanzas were handled (XEP-0198, 4), where the library says how many have come: a message that
 * is in work is not acknowledged, so that the server keeps it and gives it again when this process dies.
 */
export type Received = {
  /** Holds a message back from being acknowledged, until the function that comes back is called. */
  hold(message: Stanza): () => void;
  /** Puts the number into an acknowledgement or a resumption that is about to be sent. */
  count(nonza: Stanza): void;
};

type Entry = { handled: boolean };

export function countReceived(entity: Entity): Received {
  const entries = new WeakMap<Stanza, Entry>();
  let waiting: Entry[] = [];
  let handled = 0;

  const advance = () => {
    const before = handled;
    while (waiting[0]?.handled) {
      waiting.shift();
      handled++;
    }
    return handled > before;
  };
  entity.on('stanza', (stanza: Stanza) => {
    // Before this one is added: whoever takes it has not had the time to hold it back.
    advance();
    const entry = { handled: true };
    entries.set(stanza, entry);
    waiting.push(entry);
  });
  entity.on('nonza', (nonza: Stanza) => {
    const bound = nonza.getChild('bound')?.getChild('enabled', ns.sm);
    const fresh = nonza.is('enabled', ns.sm) || bound !== undefined;
    if (fresh) handled = 0;
    // What is still in work comes again after a resumption: it counts then.
    if (fresh || nonza.is('resumed', ns.sm) || nonza.getChild('resumed', ns.sm)) waiting = [];
  });
  return {
    hold: (message) => {
      const entry = entries.get(message);
      if (entry) entry.handled = false;
      return () => {
        if (!entry || entry.handled) return;
        entry.handled = true;
        if (entity.streamManagement?.enabled && advance())
          entity.send(el('a', { xmlns: ns.sm })).catch(() => {});
      };
    },
    count: (nonza) => {
      advance();
      const told = nonza.is('authenticate') ? nonza.getChild('resume', ns.sm) : nonza;
      if (told?.is('a', ns.sm) || told?.is('resume', ns.sm)) told.attrs.h = String(handled);
    },
  };
}
