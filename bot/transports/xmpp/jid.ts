import type { Xmpp } from '../../../src/config.ts';

/** `ann@example.org` of `Ann@example.org/phone`. */
export const bare = (jid: string): string => (jid.split('/')[0] ?? '').toLowerCase();

/** `example.org`; a resource may hold an @, so it goes first. */
export const domainOf = (jid: string): string => bare(jid).replace(/^[^@]*@/, '');

/** Whether a person can have it: a server or a service has no name before the @. */
export const isPersonal = (jid: string): boolean => /^[^@]+@[^@]+$/.test(bare(jid));

/** Who the bot is on the network. */
export type Us = {
  /** Where people write to: `turnout@example.org`. */
  jid: string;
  domain: string;
  mode: Xmpp['mode'];
  /** Whether an address is the bot's own: a component has its whole domain. */
  owns(jid: string): boolean;
  /** The `from` that a stanza of ours carries, given the address that was written to: a client's server puts it in itself. */
  from(to?: string): string | undefined;
};

/** A fixed name: a new process takes the place of one that was killed, and gets what that one had in hand. */
export const resource = 'turnout';

export function whoWeAre(xmpp: Xmpp): Us {
  if (xmpp.mode === 'client') {
    const jid = bare(xmpp.jid);
    return {
      jid,
      domain: domainOf(jid),
      mode: 'client',
      owns: (other) => bare(other) === jid,
      from: () => undefined,
    };
  }
  // A name before the @: clients take an address without one for a gateway.
  const domain = xmpp.domain.toLowerCase();
  const jid = `${resource}@${domain}`;
  return {
    jid,
    domain,
    mode: 'component',
    owns: (other) => domainOf(other) === domain,
    from: (to = jid) => `${bare(to)}/${resource}`,
  };
}
