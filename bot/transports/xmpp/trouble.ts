import { Insecure } from './entity.ts';
import type { Us } from './jid.ts';
import type { Pace } from './pace.ts';

/** `soon`: it may pass quickly all the same. */
export type Trouble = {
  kind: 'passing' | 'conflict' | 'credentials' | 'insecure';
  line: string;
  soon?: boolean;
};

/** Why a connection is not there, as one line that says what to do where it does not pass by itself. */
export function understand(error: unknown, us: Us): Trouble {
  const { name, condition, message } = error as { name?: string; condition?: string; message?: string };
  if (error instanceof Insecure) return { kind: 'insecure', line: insecure(error, us) };
  if (condition === 'conflict')
    return {
      kind: 'conflict',
      // A component that is turned away has turned nobody out, and the one before it may be leaving.
      soon: us.mode === 'component',
      line: `xmpp: another process is connected as ${us.jid}: let only one run the bot (ROLES)`,
    };
  if ((name === 'SASLError' && !passes.includes(condition ?? '')) || condition === 'not-authorized')
    return {
      kind: 'credentials',
      line: `xmpp: the server refuses ${us.jid} (${condition ?? message}): check ${variables[us.mode]}`,
    };
  const hint = /certificate/i.test(message ?? '') ? ': NODE_EXTRA_CA_CERTS can name one of your own' : '';
  return {
    kind: 'passing',
    line: `xmpp: not connected (${message || condition || 'the server is gone'})${hint}`,
  };
}

/** What a server says that is on its way up or down (RFC 6120, 6.5): it is not about the credentials. */
const passes = ['temporary-auth-failure', 'aborted', 'malformed-request', 'incorrect-encoding'];

const variables = {
  client: 'XMPP_JID and XMPP_PASSWORD',
  component: 'XMPP_DOMAIN and XMPP_COMPONENT_SECRET',
};

const insecure = (error: Insecure, us: Us): string =>
  us.mode === 'client'
    ? `xmpp: ${error.message}, and nothing was sent: the server must offer STARTTLS, or use xmpps:// in XMPP_SERVICE`
    : `xmpp: ${error.message}, and nothing was sent: a component connects to this machine only (XMPP_SERVICE), or log in as a client (XMPP_JID)`;

/** Milliseconds to wait before the next attempt, after so many failures in a row (from 1). `lot` is from 0 to 1. */
export function waitFor(
  { kind, soon }: Pick<Trouble, 'kind' | 'soon'>,
  failures: number,
  pace: Pace,
  lot = Math.random(),
): number {
  const slow = kind !== 'passing' && !soon;
  const whole = slow
    ? pace.backoffSlow
    : Math.min(pace.backoffMost, pace.backoff * 2 ** Math.min(failures - 1, 20));
  return whole / 2 + (lot * whole) / 2;
}
