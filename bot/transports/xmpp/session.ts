import { ns } from './stanza.ts';
import type { Entity, Stanza } from './types.ts';

/**
 * Resolves when the stream may be written to: true for a new session, false for one that goes on (XEP-0198, resumption).
 * A client waits for `<enabled/>`, be it for its first presence: what is sent between binding and that is counted by one
 * side alone, and the server then closes each stream anew for acknowledging more than was sent.
 */
export function sessionOf(entity: Entity, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const sm = entity.streamManagement;
    let offered = false;
    const onNonza = (nonza: Stanza) => {
      if (nonza.is('features', ns.streams)) offered = nonza.getChild('sm', ns.sm) !== undefined;
      const answered = nonza.is('enabled', ns.sm) || nonza.is('failed', ns.sm);
      // The library hears of it some promises later.
      if (answered && entity.status === 'online') setImmediate(resolve, true);
    };
    const onOnline = () => setImmediate(() => (!offered || sm?.enabled) && resolve(true));
    const onResumed = () => resolve(false);
    entity.on('nonza', onNonza);
    entity.on('online', onOnline);
    sm?.on('resumed', onResumed);
    signal.addEventListener('abort', () => {
      entity.off('nonza', onNonza);
      entity.off('online', onOnline);
      sm?.off('resumed', onResumed);
    });
  });
}
