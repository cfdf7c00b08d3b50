import { type About, capabilities } from './about.ts';
import { bare, isPersonal, type Us } from './jid.ts';
import type { Verdict } from './limits.ts';
import type { Link } from './link.ts';
import { el } from './stanza.ts';
import type { Entity, Stanza } from './types.ts';

type Parts = {
  entity: Entity;
  us: Us;
  link: Link;
  about: About;
  /** What is shown beside the name; `look` says what that is now, where it may change. */
  status: string;
  look?: () => Promise<string>;
  every: number;
  admit(person: string): Verdict;
};

const mostKnown = 10_000;

/** Shows that the bot is there, and lets everybody see it: RFC 6121, 3 and 4. */
export function keepPresence(parts: Parts): { leave(): Promise<void> } {
  const { entity, us, link, about, admit } = parts;
  let { status } = parts;
  const asked = new Set<string>();
  /** Whom a component has shown itself to, and as what: it has no roster that would know. */
  const shown = new Map<string, string>();

  const say = (type: string | undefined, to?: string, from?: string, ...more: Stanza[]) =>
    entity.send(el('presence', { type, to, from }, ...more)).catch(() => {});
  const here = () => [
    el('status', {}, status),
    // The highest that there is (RFC 6121, 4.7.2.3): somebody who logs in with the bot's account does not make it deaf.
    ...(us.mode === 'client' ? [el('priority', {}, '127')] : []),
    capabilities(about),
  ];
  const show = (to: string, from: string | undefined) => {
    if (shown.size < mostKnown) shown.set(to, from ?? '');
    return say(undefined, to, from, ...here());
  };
  const welcome = async (person: string, ours: string | undefined) => {
    const from = us.mode === 'component' ? bare(ours ?? us.jid) : undefined;
    await say('subscribed', person, from);
    // Once: another bot that does the same would make it a loop.
    if (!asked.has(person)) await say('subscribe', person, from);
    if (asked.size < mostKnown) asked.add(person);
    if (us.mode === 'component') await show(person, us.from(ours));
  };
  const dismiss = async (person: string, ours: string | undefined) => {
    const from = us.mode === 'component' ? bare(ours ?? us.jid) : undefined;
    asked.delete(person);
    shown.delete(person);
    await say('unsubscribed', person, from);
    await say('unsubscribe', person, from);
  };
  const onPresence = ({ attrs }: Stanza): Promise<void> | undefined => {
    const { from = '', to, type } = attrs;
    const person = bare(from);
    if (!isPersonal(from) || us.owns(from)) return;
    if (type === 'subscribe' && admit(person) === 'answer') return welcome(person, to);
    if (type === 'unsubscribe' && admit(person) === 'answer') return dismiss(person, to);
    if (type === 'probe' && us.mode === 'component') return show(person, us.from(to));
  };

  entity.on('stanza', (stanza: Stanza) => {
    if (stanza.name === 'presence') void onPresence(stanza);
  });
  const showAll = () => {
    if (us.mode === 'client') void say(undefined, undefined, undefined, ...here());
    else for (const [to, from] of shown) void show(to, from || undefined);
  };
  link.on('ready', (fresh: boolean) => {
    // A component's are those that see it as gone since the connection was lost.
    if (fresh || us.mode === 'component') showAll();
  });
  const look = async () => {
    const now = (await parts.look?.().catch(() => status)) || parts.status;
    if (now === status) return;
    status = now;
    if (link.online()) showAll();
  };
  const timer = parts.look && setInterval(() => void look(), parts.every);
  timer?.unref();
  return {
    leave: async () => {
      clearInterval(timer);
      if (!link.online()) return;
      if (us.mode === 'client') return say('unavailable');
      await Promise.all([...shown].map(([to, from]) => say('unavailable', to, from || undefined)));
    },
  };
}
